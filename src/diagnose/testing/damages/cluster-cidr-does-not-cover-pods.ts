import { type Damage, none } from "../damage.ts";

export const clusterCidrDoesNotCoverPods: readonly Damage[] = [
  {
    what: "another range than that of the pods",
    modes: ["iptables", "ipvs"],
    edit: none,
    written: { detector: "10.200.0.0/16" },
    kind: "risk",
    nearMisses: [{ what: "the range is this node's own pods only", edit: none, node: { detector: "10.244.1.0/24" } }],
  },
  {
    what: "the range of another node's pods, with an even shorter one for all",
    modes: ["iptables", "ipvs"],
    edit: none,
    written: { detector: "10.244.2.0/23" },
    kind: "risk",
  },
  {
    what: "known from endpoints alone",
    modes: ["iptables", "ipvs"],
    edit: (file, text) => (file === "ip-addr" || file === "ip-route" ? "" : text),
    written: { detector: "10.200.0.0/16" },
    kind: "risk",
    certainty: "possible",
    nearMisses: [
      {
        what: "the endpoints lie in the range",
        edit: (file, text) => (file === "ip-addr" || file === "ip-route" ? "" : text),
      },
    ],
  },
];
