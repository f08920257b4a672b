import { both, type Damage, rules, services } from "../damage.ts";
import { kubectl } from "../kubectl.ts";

/** `iptables -t nat -F`; with -X the chains are gone, too. */
const flush = rules(/\*nat\n[^*]*/, (nat) => nat.replace(/^-A .*\n/gm, ""));
const flushAndDelete = both(
  flush,
  rules(/\*nat\n[^*]*/, (nat) => nat.replace(/^:KUBE-.*\n/gm, "")),
);

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
  {
    what: "the nat table was flushed",
    modes: ["iptables"],
    edit: flush,
    needsPair: true,
  },
  {
    what: "the nat table was flushed and its chains deleted",
    modes: ["iptables"],
    edit: flushAndDelete,
    needsPair: true,
    nearMisses: [
      {
        what: "another proxy was there from the start: no table has a chain of kube-proxy's",
        edit: both(flushAndDelete, rules(/^(?:-A .*KUBE-.*|:KUBE-.*)\n/gm, "")),
        beside: {},
      },
    ],
  },
  {
    what: "the nat table was flushed, and kubectl lists Services",
    modes: ["iptables"],
    edit: flush,
    node: { more: { kubectl: kubectl(services, true) } },
  },
];
