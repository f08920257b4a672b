import type { WrittenNode } from "../../../simulate/testing/written-node.ts";
import { type Damage, none, service, services } from "../damage.ts";

const dns = service(10, ["10.244.2.53:53", "10.244.1.20:53"], {
  namespace: "kube-system",
  name: "kube-dns",
  portName: "dns",
  proto: "udp",
  port: 53,
});
const entry = (to: string, word = "[UNREPLIED] ", from = "10.244.1.30"): string =>
  `udp      17 27 src=${from} dst=10.96.10.10 sport=41022 dport=53 ${word}src=${to} dst=${from} sport=53 dport=41022 ${word === "" ? "[ASSURED] " : ""}mark=0 use=1`;
const withDns = (...entries: string[]): Partial<WrittenNode> => ({
  services: [...services, dns],
  more: { conntrack: ["$ conntrack -L", ...entries] },
});
const answered = entry("10.244.2.53", "");

/** Both ways, and that deleting the entry heals, were tried on Linux 6.18 in network namespaces, in iptables mode. */
export const staleConntrackEntry: readonly Damage[] = [
  {
    what: "a pod asks a DNS server that is gone",
    modes: ["iptables", "ipvs"],
    node: withDns(answered),
    written: withDns(answered, entry("10.244.2.99")),
    edit: none,
    nearMisses: [
      { what: "the unanswered server is still an endpoint", node: withDns(entry("10.244.2.53")), edit: none },
      {
        what: "it is a connection to no Service",
        node: withDns(entry("10.244.2.99").replace(/10\.96\.10\.10/, "8.8.8.8")),
        edit: none,
      },
      {
        what: "it is TCP, which ends by itself",
        node: withDns(entry("10.244.2.99").replace("udp      17 27", "tcp      6 27 SYN_SENT")),
        edit: none,
      },
      {
        what: "the Service has no endpoints at all",
        modes: ["iptables"],
        node: {
          services: [...services, { ...dns, endpoints: [] }],
          more: { conntrack: ["$ conntrack -L", entry("10.96.10.10")] },
        },
        edit: none,
      },
    ],
  },
  {
    what: "a process asked while there was no DNS server",
    modes: ["iptables"],
    node: withDns(answered),
    written: withDns(entry("10.96.10.10", "[UNREPLIED] ", "192.168.10.11")),
    edit: none,
  },
  {
    what: "the server that is gone once answered",
    modes: ["iptables"],
    node: withDns(answered),
    written: withDns(entry("10.244.2.99", "")),
    edit: none,
    certainty: "possible",
  },
];
