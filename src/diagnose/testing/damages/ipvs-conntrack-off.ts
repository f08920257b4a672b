import { type Damage, none } from "../damage.ts";

export const ipvsConntrackOff: readonly Damage[] = [
  {
    what: "vs.conntrack is 0",
    modes: ["ipvs"],
    edit: none,
    kernel: { "net.ipv4.vs.conntrack": "0" },
    nearMisses: [
      {
        what: "the node is in iptables mode",
        modes: ["iptables"],
        edit: none,
        kernel: { "net.ipv4.vs.conntrack": "0" },
      },
    ],
  },
];
