/**
 * Protocol names as iptables-save 1.8 prints them: its own short list first (libxtables xtables_chain_protos), then
 * /etc/protocols of Debian 12.
 */
const numbers: ReadonlyMap<string, number> = new Map([
  ["tcp", 6],
  ["sctp", 132],
  ["udp", 17],
  ["udplite", 136],
  ["icmp", 1],
  ["ipv6-icmp", 58],
  ["esp", 50],
  ["ah", 51],
  ["mobility-header", 135],
  ["dccp", 33],
  ["ipcomp", 108],
  ["igmp", 2],
  ["ggp", 3],
  ["ipencap", 4],
  ["st", 5],
  ["egp", 8],
  ["igp", 9],
  ["pup", 12],
  ["hmp", 20],
  ["xns-idp", 22],
  ["rdp", 27],
  ["iso-tp4", 29],
  ["xtp", 36],
  ["ddp", 37],
  ["idpr-cmtp", 38],
  ["ipv6", 41],
  ["ipv6-route", 43],
  ["ipv6-frag", 44],
  ["idrp", 45],
  ["rsvp", 46],
  ["gre", 47],
  ["skip", 57],
  ["ipv6-nonxt", 59],
  ["ipv6-opts", 60],
  ["rspf", 73],
  ["vmtp", 81],
  ["eigrp", 88],
  ["ospf", 89],
  ["ax.25", 93],
  ["ipip", 94],
  ["etherip", 97],
  ["encap", 98],
  ["pim", 103],
  ["vrrp", 112],
  ["l2tp", 115],
  ["isis", 124],
  ["fc", 133],
  ["mpls-in-ip", 137],
  ["manet", 138],
  ["hip", 139],
  ["shim6", 140],
  ["wesp", 141],
  ["rohc", 142],
  ["ethernet", 143],
]);
const aliases: ReadonlyMap<string, string> = new Map([
  ["icmpv6", "ipv6-icmp"],
  ["mh", "mobility-header"],
  ["icmp6", "ipv6-icmp"],
]);
const names: ReadonlyMap<number, string> = new Map([...numbers].map(([name, number]) => [number, name]));

/** The canonical name of a protocol given by name or number; a number without a name stays one. Undefined: neither. */
export function protocolName(text: string): string | undefined {
  const lower = text.toLowerCase();
  if (numbers.has(lower)) return lower;
  const alias = aliases.get(lower);
  if (alias !== undefined) return alias;
  if (!/^(?:0x[0-9a-f]{1,2}|\d{1,3})$/.test(lower)) return undefined;
  const number = Number(lower);
  return number > 255 ? undefined : (names.get(number) ?? String(number));
}

export const protocolNumber = (name: string): number | undefined =>
  numbers.get(name) ?? (/^\d+$/.test(name) ? Number(name) : undefined);
