import { both, type Damage, rules } from "../damage.ts";

const forwardDrop = rules(
  ":FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:KUBE",
  ":FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:KUBE",
);

export const forwardPolicyDrop: readonly Damage[] = [
  {
    what: "FORWARD DROP and nobody accepts pods",
    modes: ["iptables", "ipvs"],
    edit: forwardDrop,
    // KUBE-FORWARD of 1.12 and later accepts answers, and IPVS's requests are not forwarded
    fine: (mode, version) => mode === "ipvs" && version !== "1.9.7",
    nearMisses: [
      {
        what: "the network plugin accepts pods",
        edit: both(
          forwardDrop,
          rules(
            /\*filter\n(?::.*\n)+/,
            (all) => `${all}-A FORWARD -s 10.244.0.0/16 -j ACCEPT\n-A FORWARD -d 10.244.0.0/16 -j ACCEPT\n`,
          ),
        ),
      },
    ],
  },
];
