import { type Damage, none } from "../damage.ts";

export const masqueradeAllHidesClients: readonly Damage[] = [
  {
    what: "--masquerade-all",
    modes: ["iptables", "ipvs"],
    edit: none,
    written: { detector: "all" },
    kind: "risk",
    nearMisses: [
      {
        what: "pods are told apart by their bridge",
        versions: ["1.24", "1.34"],
        edit: none,
        node: { detector: "-i cni0" },
      },
      { what: "nothing tells pods apart", versions: ["1.12", "1.34"], edit: none, node: { detector: "none" } },
    ],
  },
];
