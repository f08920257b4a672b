import { type Damage, rules } from "../damage.ts";

export const serviceHookMissing: readonly Damage[] = [
  {
    what: "OUTPUT no longer leads into KUBE-SERVICES",
    modes: ["iptables", "ipvs"],
    edit: rules(/^-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\n/m, ""),
  },
  {
    what: "POSTROUTING no longer leads into KUBE-POSTROUTING",
    modes: ["ipvs"],
    edit: rules(/^-A POSTROUTING .*KUBE-POSTROUTING\n/m, ""),
  },
  {
    what: "KUBE-SERVICES no longer leads into KUBE-NODEPORTS",
    modes: ["iptables"],
    edit: rules(/^-A KUBE-SERVICES .*-j KUBE-NODEPORTS\n/m, ""),
  },
];
