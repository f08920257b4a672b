import type { WrittenNode } from "../../../simulate/testing/written-node.ts";
import { type Damage, none } from "../damage.ts";

const dedup = (dropped: number, source = "10.244.1.0/24"): Partial<WrittenNode> => ({
  more: {
    ebtables: [
      "Bridge table: filter",
      "",
      "Bridge chain: OUTPUT, entries: 1, policy: ACCEPT",
      "-j KUBE-DEDUP , pcnt = 900 -- bcnt = 75600",
      "",
      "Bridge chain: KUBE-DEDUP, entries: 2, policy: RETURN",
      "-p IPv4 -s 0a:58:0a:f4:01:01 -o veth+ --ip-src 10.244.1.1 -j ACCEPT , pcnt = 40 -- bcnt = 3360",
      `-p IPv4 -s 0a:58:0a:f4:01:01 -o veth+ --ip-src ${source} -j DROP , pcnt = ${dropped} -- bcnt = 4368`,
    ],
  },
});

/** That such a rule drops, and counts, what the node routes between ports of one bridge was tried on Linux 6.18. */
export const sameNodeEbtables: readonly Damage[] = [
  {
    what: "kubenet's rule against doubled packets dropped some",
    modes: ["ipvs"],
    versions: ["1.9.7", "1.12", "1.19"],
    node: dedup(0),
    written: dedup(52),
    edit: none,
    unproven: true,
    certainty: "possible",
    nearMisses: [
      { what: "the mode is iptables", modes: ["iptables"], node: dedup(52), edit: none },
      { what: "what it drops comes from no pod", versions: ["1.12"], node: dedup(52, "172.30.0.0/16"), edit: none },
    ],
  },
];
