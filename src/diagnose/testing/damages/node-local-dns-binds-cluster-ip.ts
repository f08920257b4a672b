import type { WrittenNode } from "../../../simulate/testing/written-node.ts";
import { both, type Damage, type Edit, inFile, rules, service, services } from "../damage.ts";

const dns: Partial<WrittenNode> = {
  services: [
    ...services,
    ...(["udp", "tcp"] as const).map((proto) =>
      service(10, ["10.244.2.53:53", "10.244.2.54:53"], {
        namespace: "kube-system",
        name: "kube-dns",
        portName: proto === "udp" ? "dns" : "dns-tcp",
        proto,
        port: 53,
      }),
    ),
  ],
};

/** What node-cache sets up for each address that it is told of (kubernetes/dns, cmd/node-cache/app). */
const cacheOn = (...addresses: readonly string[]): Edit => {
  const skip = (chain: string, way: "-d" | "-s", a: string, proto: string): string =>
    `-A ${chain} ${way} ${a}/32 -p ${proto} -m ${proto} --${way === "-d" ? "dport" : "sport"} 53 -m comment --comment "NodeLocal DNS Cache: skip conntrack" -j NOTRACK\n`;
  const raw = addresses
    .flatMap((a) =>
      ["udp", "tcp"].map(
        (p) => skip("PREROUTING", "-d", a, p) + skip("OUTPUT", "-d", a, p) + skip("OUTPUT", "-s", a, p),
      ),
    )
    .join("");
  const accept = addresses
    .flatMap((a) =>
      ["udp", "tcp"].map(
        (p) =>
          `-A INPUT -d ${a}/32 -p ${p} -m ${p} --dport 53 -j ACCEPT\n-A OUTPUT -s ${a}/32 -p ${p} -m ${p} --sport 53 -j ACCEPT\n`,
      ),
    )
    .join("");
  return both(
    rules("*filter\n", `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${raw}COMMIT\n*filter\n`),
    rules(/\*filter\n(?::.*\n)+/, (head) => `${head}${accept}`),
    (file, text) =>
      file === "ip-addr"
        ? `${text}12: nodelocaldns: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default\n${addresses.map((a) => `    inet ${a}/32 scope global nodelocaldns\n`).join("")}`
        : text,
    inFile(
      "ip-route",
      /$/,
      addresses.map((a) => `local ${a} dev nodelocaldns table local proto kernel scope host src ${a}\n`).join(""),
    ),
  );
};

export const nodeLocalDnsBindsClusterIp: readonly Damage[] = [
  {
    what: "the cache holds the DNS Service's cluster IP as well",
    modes: ["ipvs"],
    node: dns,
    edit: cacheOn("169.254.20.10", "10.96.10.10"),
    nearMisses: [
      { what: "the cache has its link-local address alone", node: dns, edit: cacheOn("169.254.20.10") },
      {
        what: "the mode is iptables, in which the cache is to hold it",
        modes: ["iptables"],
        node: dns,
        edit: cacheOn("169.254.20.10", "10.96.10.10"),
      },
    ],
  },
];
