import { both, type Damage, inFile, rules } from "../damage.ts";

export const hairpinNotMasqueraded: readonly Damage[] = [
  {
    what: "the endpoint's own entry or rule is gone",
    modes: ["iptables", "ipvs"],
    edit: both(
      inFile("ipset-save", "add KUBE-LOOP-BACK 10.244.1.20,tcp:8080,10.244.1.20\n", ""),
      rules(/^-A KUBE-SEP-\S+ -s 10\.244\.1\.20\/32 .*\n/m, ""),
    ),
  },
  {
    what: "no rule asks for KUBE-LOOP-BACK",
    modes: ["ipvs"],
    edit: rules(/^-A KUBE-POSTROUTING .*KUBE-LOOP-BACK .*\n/m, ""),
  },
];
