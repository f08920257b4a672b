import type { WrittenNode } from "../../../simulate/testing/written-node.ts";
import { type Damage, inFile, none } from "../damage.ts";

const port = (hairpin: "on" | "off"): Partial<WrittenNode> => ({
  more: {
    "bridge-link": [
      "$ bridge -d link",
      "4: veth1@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 master cni0 state forwarding priority 32 cost 2 ",
      `    hairpin ${hairpin} guard off root_block off fastleave off learning on flood on mcast_flood on`,
    ],
  },
});

/** Seen on Linux 6.1 and 6.18: kernel-notes 1.14. */
export const hairpinModeOff: readonly Damage[] = [
  {
    what: "the bridge port is not in hairpin mode",
    modes: ["iptables", "ipvs"],
    node: port("on"),
    written: port("off"),
    edit: none,
    nearMisses: [
      {
        what: "the bridge is promiscuous",
        node: port("off"),
        edit: inFile("ip-addr", "cni0: <BROADCAST,", "cni0: <BROADCAST,PROMISC,"),
      },
      { what: "the dumps do not say", edit: none },
    ],
  },
];
