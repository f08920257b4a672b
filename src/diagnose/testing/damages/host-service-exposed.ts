import { type Damage, inFile, none } from "../damage.ts";

const sockets = (address: string): Readonly<Record<string, readonly string[]>> => ({
  ss: [
    "$ ss -ltunp",
    "Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess",
    `tcp   LISTEN 0      128    ${address}:22         0.0.0.0:*    users:(("sshd",pid=811,fd=3))`,
  ],
});
const connection =
  "tcp      6 431999 ESTABLISHED src=10.244.1.30 dst=10.96.10.2 sport=50812 dport=22 src=10.96.10.2 dst=10.244.1.30 sport=22 dport=50812 [ASSURED] mark=0 use=1";

export const hostServiceExposed: readonly Damage[] = [
  {
    what: "sshd listens on every address",
    modes: ["ipvs"],
    versions: ["1.9.7", "1.12", "1.19", "1.24"],
    node: { more: sockets("192.168.10.11") },
    written: { more: sockets("0.0.0.0") },
    edit: none,
    kind: "risk",
    unproven: true,
    certainty: "possible",
    nearMisses: [
      {
        what: "kube-proxy keeps other ports off",
        versions: ["1.28", "1.34"],
        node: { more: sockets("0.0.0.0") },
        edit: none,
      },
      { what: "the mode is iptables", modes: ["iptables"], node: { more: sockets("0.0.0.0") }, edit: none },
      {
        what: "what listens is not shown",
        versions: ["1.12", "1.24"],
        node: { more: sockets("0.0.0.0") },
        edit: inFile("ss", /[\s\S]*/, ""),
      },
    ],
  },
  {
    what: "and a pod is connected to it",
    modes: ["ipvs"],
    versions: ["1.19", "1.24"],
    node: { more: sockets("192.168.10.11") },
    written: { more: { ...sockets("0.0.0.0"), conntrack: ["$ conntrack -L", connection] } },
    edit: none,
    kind: "risk",
    unproven: true,
  },
];
