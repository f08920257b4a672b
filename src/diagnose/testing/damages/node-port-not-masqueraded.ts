import { nodeAddress } from "../../../simulate/testing/written-node.ts";
import { both, type Damage, flowTo, none, rules, service, services } from "../damage.ts";

export const nodePortNotMasqueraded: readonly Damage[] = [
  {
    what: "the rule that marks node ports is gone",
    modes: ["iptables", "ipvs"],
    edit: both(
      rules(/^-A KUBE-NODEPORTS .*--dport 30080 -j KUBE-MARK-MASQ\n/m, ""),
      rules(/^-A KUBE-SVC-\S+ -p tcp .*--dport 30080 -j KUBE-MARK-MASQ\n/m, ""),
      rules(/^-A KUBE-EXT-\S+ .*-j KUBE-MARK-MASQ\n/m, ""),
      rules(/^-A KUBE-(?:SERVICES|NODE-PORT) .*KUBE-NODE-PORT-TCP dst -j KUBE-MARK-MASQ\n/m, ""),
    ),
    nearMisses: [
      {
        what: "all pods of the Service are on this node",
        edit: both(
          rules(/^-A KUBE-NODEPORTS .*--dport 30099 -j KUBE-MARK-MASQ\n/m, ""),
          rules(/^-A KUBE-SVC-\S+ -p tcp .*--dport 30099 -j KUBE-MARK-MASQ\n/m, ""),
        ),
        node: { services: [...services, service(9, ["10.244.1.90:8080"], { nodePort: 30099 })] },
      },
    ],
  },
  {
    what: "1.8 in IPVS mode writes no such rule",
    modes: ["ipvs"],
    versions: ["1.8"],
    beside: { version: "1.12" },
    edit: none,
    wanted: flowTo("external", nodeAddress, 30080),
  },
];
