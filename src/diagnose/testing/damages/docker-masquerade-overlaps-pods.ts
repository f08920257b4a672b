import { type Damage, type Edit, none } from "../damage.ts";
import { docker, oldFlannel } from "../network-plugins.ts";

const bridge = (address: string) => ({
  "ip-addr": [
    "7: docker0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default",
    `    inet ${address} brd 172.17.255.255 scope global docker0`,
  ],
});
const inDockersRange: Edit = (_file, text) => text.replaceAll("10.244.", "172.17.");

/** On Linux 6.18 the other pod sees the node with Docker's rule, and the pod with a RETURN above it. */
export const dockerMasqueradeOverlapsPods: readonly Damage[] = [
  {
    what: "the pods' range is Docker's default",
    modes: ["iptables", "ipvs"],
    node: { nat: docker(), more: bridge("172.17.0.1/16") },
    edit: inDockersRange,
    nearMisses: [
      {
        what: "flannel's older rules, which end the way through nat, stand before Docker's",
        node: {
          nat: { ...oldFlannel(), POSTROUTING: [...(oldFlannel().POSTROUTING ?? []), ...(docker().POSTROUTING ?? [])] },
        },
        edit: inDockersRange,
      },
      {
        what: "the range ends where the pods begin",
        node: { nat: docker("172.17.0.0/24"), more: bridge("172.17.0.1/24") },
        edit: inDockersRange,
      },
      {
        what: "Docker is there and pods are elsewhere",
        node: { nat: docker(), more: bridge("172.17.0.1/16") },
        edit: none,
      },
    ],
  },
];
