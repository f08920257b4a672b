import { type Damage, rules } from "../damage.ts";

export const masqueradePreempted: readonly Damage[] = [
  {
    what: "somebody accepts above the jump to KUBE-POSTROUTING",
    modes: ["ipvs"],
    edit: rules(/^-A POSTROUTING /m, "-A POSTROUTING -o eth0 -j ACCEPT\n-A POSTROUTING "),
    nearMisses: [
      {
        what: "the ACCEPT above the jump is for other traffic",
        edit: rules(/^-A POSTROUTING /m, "-A POSTROUTING -d 203.0.113.0/24 -j ACCEPT\n-A POSTROUTING "),
      },
    ],
  },
];
