import { both, type Damage, inFile, rules } from "../damage.ts";

const chains = ":KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]\n:KUBE-SEP-BBBBBBBBBBBBBBBB - [0:0]\n";
const old =
  "-A KUBE-SVC-AAAAAAAAAAAAAAAA -j KUBE-SEP-BBBBBBBBBBBBBBBB\n-A KUBE-SEP-BBBBBBBBBBBBBBBB -p tcp -m tcp -j DNAT --to-destination 10.244.2.99:8080\n";
const jump =
  '-A KUBE-SERVICES -d 10.96.10.2/32 -p tcp -m comment --comment "default/web2:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA\n';
const refusal = (port: number): string =>
  `-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "default/web2:http has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport ${port} -j REJECT --reject-with icmp-port-unreachable\n`;
const external = (port: number) =>
  rules(
    /(\*filter\n(?::.*\n)+)/,
    (all) => `${all}:KUBE-EXTERNAL-SERVICES - [0:0]\n-A INPUT -j KUBE-EXTERNAL-SERVICES\n${refusal(port)}`,
  );
const device = (address: string) =>
  both(
    inFile(
      "ip-addr",
      /$/,
      `9: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default\n${address === "" ? "" : `    inet ${address}/32 scope global kube-ipvs0\n`}`,
    ),
    inFile(
      "ip-route",
      /^local 127/m,
      (all) =>
        `${address === "" ? "" : `local ${address} dev kube-ipvs0 table local proto kernel scope host src ${address}\n`}${all}`,
    ),
  );

export const leftoversOfOtherMode: readonly Damage[] = [
  {
    what: "KUBE-SERVICES still leads to an endpoint chain of iptables mode, whose pod is gone",
    modes: ["ipvs"],
    edit: both(
      rules(/\*nat\n(?::.*\n)+/, (all) => `${all}${chains}`),
      rules(/^-A KUBE-SERVICES /m, (all) => `${old}${jump}${all}`),
    ),
    nearMisses: [
      {
        what: "chains of iptables mode are left over, and nothing leads there",
        edit: both(
          rules(/\*nat\n(?::.*\n)+/, (all) => `${all}${chains}`),
          rules(/^-A KUBE-SERVICES /m, (all) => `${old}${all}`),
        ),
      },
    ],
  },
  {
    what: "a rule of iptables mode still refuses a node port",
    modes: ["ipvs"],
    edit: external(30080),
    nearMisses: [{ what: "it refuses a port that nobody serves any more", edit: external(30999) }],
  },
  {
    what: "kube-ipvs0 still holds a cluster IP, and nothing masquerades the node's own packets",
    modes: ["iptables"],
    node: { detector: "none" },
    edit: device("10.96.10.2"),
    nearMisses: [{ what: "kube-ipvs0 is there and empty", edit: device(""), node: { detector: "none" } }],
  },
  {
    what: "kube-ipvs0 still holds a cluster IP, and the node's own packets are masqueraded",
    modes: ["iptables"],
    edit: device("10.96.10.2"),
    kind: "risk",
  },
];
