/** Lines that one dump has only once. Met again, they begin another dump: of another node, family or moment. */
const onlyOnce: Readonly<Record<string, RegExp>> = {
  "iptables-save": /^\s*\*(\S+)\s*$/,
  "ip-addr": /^\d+: (\S+?)(?:@\S+)?: <\S*> mtu /,
  "ip-rule": /^(0:\s+from all lookup local)/,
  "ipset-save": /^create (\S.*?) (?:bitmap|hash|list):/,
  "ipvsadm-save": /^-A (-\S+ \S+)/,
};

export const onceOnly = (format: string, line: string): string | undefined => onlyOnce[format]?.exec(line)?.[1];
