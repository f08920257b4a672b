import { type Damage, none, rules } from "../damage.ts";
import { flannel, weave } from "../network-plugins.ts";

/** On Linux 6.18, too, a RETURN in a plugin's own chain spares nothing from the next plugin's, and another owner's bit masquerades. */
export const twoMasqueradeOwners: readonly Damage[] = [
  {
    what: "another proxy marks and tests a bit of its own in the same chains",
    modes: ["iptables", "ipvs"],
    edit: (file, text) =>
      file === "iptables-save"
        ? text
            .replace(/^(-A KUBE-MARK-MASQ .*\n)/m, "$1-A KUBE-MARK-MASQ -j MARK --set-xmark 0x1/0x1\n")
            .replace(/^(?=-A KUBE-POSTROUTING )/m, "-A KUBE-POSTROUTING -m mark --mark 0x1/0x1 -j MASQUERADE\n")
        : text,
    kind: "risk",
    nearMisses: [
      {
        what: "kubelet's older form of the same rule stands beside it",
        modes: ["iptables"],
        versions: ["1.19", "1.23"],
        edit: rules(
          /^(?=-A KUBE-POSTROUTING )/m,
          '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -m mark --mark 0x4000/0x4000 -j MASQUERADE\n',
        ),
      },
    ],
  },
  {
    what: "Weave's rules were left behind, and do not know flannel's pods",
    modes: ["iptables", "ipvs"],
    node: { nat: flannel() },
    written: {
      nat: {
        ...flannel(),
        POSTROUTING: [...(flannel().POSTROUTING ?? []), "-j WEAVE"],
        WEAVE: ["-s 10.244.0.0/16 ! -d 10.244.1.0/24 -j MASQUERADE"],
      },
    },
    edit: none,
    kind: "risk",
    nearMisses: [
      {
        what: "both spare the pods",
        node: {
          nat: {
            ...flannel(),
            ...weave(),
            POSTROUTING: [...(flannel().POSTROUTING ?? []), ...(weave().POSTROUTING ?? [])],
          },
        },
        edit: none,
      },
    ],
  },
];
