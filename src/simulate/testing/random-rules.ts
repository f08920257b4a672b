import * as fc from "fast-check";
import type { ServedPort } from "../../kube-proxy/writes/cluster.ts";
import { ip } from "./node.ts";
import { dumpsOf, endpoint, type WrittenNode } from "./written-node.ts";

/** Nodes of few Services with random rules among kube-proxy's, for laws that hold whatever the rules are. */
const service = (n: number, more: Partial<ServedPort> = {}): ServedPort => ({
  namespace: "default",
  name: `web${n}`,
  portName: "http",
  proto: "tcp",
  clusterIp: ip(`10.96.10.${n}`),
  port: 80,
  endpoints: [endpoint(`10.244.2.${n}:8080`)],
  ...more,
});
export const services: readonly ServedPort[] = [
  service(1, { endpoints: [endpoint("10.244.2.1:8080"), endpoint("10.244.3.1:8080")] }),
  service(2, { endpoints: [endpoint("10.244.1.2:8080")] }),
  service(3, { nodePort: 30_003 }),
];

export const nodes: readonly WrittenNode[] = (
  [
    ["iptables", "1.30"],
    ["ipvs", "1.30"],
  ] as const
).map(([mode, version]) => ({ mode, version, detector: "10.244.0.0/16", services }));

const hooks = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  nat: ["PREROUTING", "OUTPUT", "POSTROUTING"],
} as const;
export type Table = keyof typeof hooks;
const tables = Object.keys(hooks) as Table[];

/** Chains of their own that random rules jump to, each only to later ones. */
export const ownChains = ["RND-A", "RND-B", "RND-C"] as const;

export interface RandomRule {
  readonly table: Table;
  /** Of a built-in chain or one of the table's own. */
  readonly chain: string;
  readonly matches: readonly string[];
  readonly target: string;
}

const someMatch = fc.constantFrom(
  "-s 10.244.1.0/24",
  "! -s 10.244.0.0/16",
  "-d 10.96.10.0/30",
  "-d 10.244.2.0/24",
  "! -d 192.168.10.11/32",
  "-i cni0",
  "! -i eth0",
  "-o eth0",
  "-p tcp",
  "-p udp",
  "-p tcp -m tcp --dport 80",
  "-p tcp -m tcp --dport 8080",
  "-p tcp -m tcp --dport 30000:32767",
  "-m mark --mark 0x4000/0x4000",
  "-m mark --mark 0x10/0xf0",
  "-m conntrack --ctstate NEW",
  "-m conntrack --ctstate RELATED,ESTABLISHED",
  "-m addrtype --dst-type LOCAL",
  "-m addrtype --src-type LOCAL",
  "-m ttl --ttl-lt 64",
  "-m statistic --mode random --probability 0.50000000000",
);
const inAny = ["ACCEPT", "DROP", "RETURN", "MARK --set-xmark 0x10/0xf0", "MARK --set-xmark 0x0/0x4000", "LOG"];
const special: Readonly<Record<Table, readonly string[]>> = {
  filter: ["REJECT --reject-with icmp-port-unreachable"],
  mangle: ["TTL --ttl-set 32", "DSCP --set-dscp 0x0a", "CONNMARK --save-mark --nfmask 0xf0 --ctmask 0xf0"],
  nat: [],
};
const ofNat = (chain: string): readonly string[] =>
  chain === "POSTROUTING"
    ? ["MASQUERADE", "SNAT --to-source 192.168.10.11"]
    : chain === "PREROUTING" || chain === "OUTPUT"
      ? ["DNAT --to-destination 10.244.2.1:8080", "DNAT --to-destination 10.244.1.2"]
      : [];

const rule: fc.Arbitrary<RandomRule> = fc.constantFrom(...tables).chain((table) =>
  fc.constantFrom<string>(...hooks[table], ...ownChains).chain((chain) => {
    const later = ownChains.slice(ownChains.indexOf(chain as never) + 1);
    // interfaces of the wrong side are refused by the kernel, and so is a port without its protocol
    const fits = (match: string): boolean =>
      !(/-i /.test(match) && /OUTPUT|POSTROUTING/.test(chain)) &&
      !(/-o /.test(match) && /PREROUTING|INPUT/.test(chain)) &&
      !(/-[io] /.test(match) && chain.startsWith("RND"));
    return fc.record({
      table: fc.constant(table),
      chain: fc.constant(chain),
      matches: fc
        .array(someMatch, { maxLength: 3 })
        .map((all) => [
          ...new Map(all.filter(fits).map((m) => [/-\w( \w+)?|--\w+/.exec(m)?.[0].slice(0, 2), m])).values(),
        ]),
      target: fc.constantFrom(...inAny, ...special[table], ...(table === "nat" ? ofNat(chain) : []), ...later),
    });
  }),
);

export const randomRules = fc.array(rule, { minLength: 1, maxLength: 12 });

export const lineOf = ({ chain, matches, target }: RandomRule): string =>
  ["-A", chain, ...matches, "-j", target].join(" ");

/** kube-proxy's rules with these before them: each table's own chains and the lines of each table, as iptables-save writes them. */
export function savedWith(
  node: WrittenNode,
  lines: readonly { readonly table: Table; readonly line: string }[],
): string {
  const saved = dumpsOf(node).get("iptables-save") ?? "";
  return saved.replace(/^\*(\w+)\n((?::.*\n)*)/gm, (head, table: string) => {
    const own = lines.filter((l) => l.table === table).map((l) => `${l.line}\n`);
    return own.length === 0 ? head : `${head}${ownChains.map((c) => `:${c} - [0:0]\n`).join("")}${own.join("")}`;
  });
}
