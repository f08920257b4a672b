import { type Damage, none } from "../damage.ts";
import { masqueradeAgent } from "../network-plugins.ts";

const usual = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** Both ways were seen on Linux 6.18: nothing comes back from an outside that is spared, and pods see the node where they are not. */
export const masqueradeAgentRangesWrong: readonly Damage[] = [
  {
    what: "it spares half the Internet",
    modes: ["iptables", "ipvs"],
    node: { nat: masqueradeAgent(...usual) },
    written: { nat: masqueradeAgent("0.0.0.0/1", "192.168.0.0/16") },
    edit: none,
    nearMisses: [
      {
        what: "it spares just the cluster's ranges",
        node: { nat: masqueradeAgent("10.244.0.0/16", "192.168.10.0/24") },
        edit: none,
      },
    ],
  },
  {
    what: "it spares everything",
    modes: ["iptables", "ipvs"],
    node: { nat: masqueradeAgent(...usual) },
    written: { nat: masqueradeAgent("0.0.0.0/0") },
    edit: none,
    certainty: "possible",
  },
  {
    what: "it does not spare the pods",
    modes: ["iptables", "ipvs"],
    node: { nat: masqueradeAgent(...usual) },
    written: { nat: masqueradeAgent("172.16.0.0/12", "192.168.0.0/16") },
    edit: none,
  },
];
