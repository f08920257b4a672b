import { both, type Damage, inFile } from "../damage.ts";
import { defaultBySecondCard } from "../second-card.ts";

/** On Linux 6.18 it times out where the server has no way to the other card's network, and opens once it is masqueraded. */
export const sourceAddressOfOtherInterface: readonly Damage[] = [
  {
    what: "the default route leads out by another card than the API server",
    modes: ["iptables"],
    written: { detector: "none" },
    edit: defaultBySecondCard,
    certainty: "possible",
    nearMisses: [
      { what: "kube-proxy knows the pod range", edit: defaultBySecondCard },
      {
        what: "the route to the cluster IPs leads by the right card",
        node: { detector: "none" },
        edit: both(
          defaultBySecondCard,
          inFile("ip-route", "default via", "10.96.0.0/12 dev eth0 src 192.168.10.11\ndefault via"),
        ),
      },
    ],
  },
];
