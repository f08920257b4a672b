import { type Damage, inFile, none, services, services6 } from "../damage.ts";

const dual = {
  family: "dual",
  services: [...services, ...services6],
  detector: "10.244.0.0/16,fd00:10:244::/56",
} as const;
const since118 = ["1.19", "1.23", "1.28", "1.34"];

export const clusterCidrMissingForFamily: readonly Damage[] = [
  {
    what: "IPv6 without cluster CIDR, in IPVS mode and without the rule that newer versions fall back to",
    modes: ["ipvs"],
    versions: ["1.19", "1.24", "1.28", "1.34"],
    node: dual,
    written: { detector: "10.244.0.0/16" },
    edit: inFile("ip6tables-save", /^-A KUBE-SERVICES .*KUBE-6-CLUSTER-IP src,dst -j KUBE-MARK-MASQ\n/m, ""),
    nearMisses: [
      {
        what: "no IPv6 Service is there",
        versions: ["1.19", "1.34"],
        node: { ...dual, services, detector: "10.244.0.0/16" },
        edit: none,
      },
      {
        what: "neither family has one, and the rules fall back",
        versions: ["1.19", "1.34"],
        node: { ...dual, detector: "none" },
        edit: none,
      },
    ],
  },
  {
    what: "IPv6 without cluster CIDR, and the node itself gets through",
    modes: ["iptables", "ipvs"],
    versions: since118,
    node: dual,
    written: { detector: "10.244.0.0/16" },
    edit: none,
    kind: "risk",
  },
  {
    what: "IPv4 without cluster CIDR, and the node itself gets through",
    modes: ["iptables", "ipvs"],
    versions: since118,
    node: dual,
    written: { detector: "fd00:10:244::/56" },
    edit: none,
    kind: "risk",
  },
];
