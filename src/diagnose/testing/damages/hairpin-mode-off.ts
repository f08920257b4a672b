import type { WrittenNode } from "../../../simulate/testing/written-node.ts";
import { type Damage, inFile, none, services6 } from "../damage.ts";

const port = (hairpin: "on" | "off"): Partial<WrittenNode> => ({
  more: {
    "bridge-link": [
      "$ bridge -d link",
      "4: veth1@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 master cni0 state forwarding priority 32 cost 2 ",
      `    hairpin ${hairpin} guard off root_block off fastleave off learning on flood on mcast_flood on`,
    ],
  },
});

const onKernel = (release: string): Partial<WrittenNode> => ({
  more: { ...port("off").more, uname: [`Linux a ${release} #1 SMP x86_64 GNU/Linux`] },
});
const promiscuous = inFile("ip-addr", "cni0: <BROADCAST,", "cni0: <BROADCAST,PROMISC,");

/** iptables mode was tried on Linux 6.18 in network namespaces, hairpin off and on, promiscuous or not; IPVS mode on 6.1. */
export const hairpinModeOff: readonly Damage[] = [
  {
    what: "the bridge port is not in hairpin mode",
    modes: ["iptables", "ipvs"],
    node: port("on"),
    written: port("off"),
    edit: none,
    nearMisses: [
      { what: "the bridge is promiscuous, of an older kernel", node: onKernel("4.19.0"), edit: promiscuous },
      {
        what: "the bridge is promiscuous, and IPVS translates",
        modes: ["ipvs"],
        node: onKernel("6.18.44"),
        edit: promiscuous,
      },
      { what: "the dumps do not say", edit: none },
    ],
  },
  {
    what: "the bridge is promiscuous, and a newer kernel forgets what it takes up",
    modes: ["iptables"],
    node: { more: { ...port("on").more, uname: ["Linux a 6.18.44 #1 SMP x86_64 GNU/Linux"] } },
    written: onKernel("6.18.44"),
    edit: promiscuous,
  },
  {
    what: "the bridge port is not in hairpin mode, in IPv6",
    modes: ["iptables", "ipvs"],
    versions: ["1.19", "1.34"],
    node: { family: 6, detector: "fd00:10:244::/56", services: services6, ...port("on") },
    written: port("off"),
    edit: none,
  },
];
