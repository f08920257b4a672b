import { type Damage, none, rules, services6 } from "../damage.ts";
import { flannel, oldFlannel, weave } from "../network-plugins.ts";

const flannelDevice =
  "6: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default";

/** On Linux 6.18 a pod gets no answer from an outside without a route to it, and gets one once it is masqueraded. */
export const podEgressNotMasqueraded: readonly Damage[] = [
  {
    what: "flannel's rules are there, but nothing leads to them",
    modes: ["iptables", "ipvs"],
    node: { nat: flannel() },
    edit: rules(/^-A POSTROUTING .*FLANNEL-POSTRTG\n/m, ""),
    nearMisses: [
      { what: "no network plugin ever masqueraded", edit: none },
      {
        what: "only one of flannel's other rules is gone",
        node: { nat: flannel() },
        edit: rules(/^-A FLANNEL-POSTRTG ! -s .*RETURN\n/m, ""),
      },
    ],
  },
  {
    what: "flannel's one rule that masquerades pods is gone",
    modes: ["iptables", "ipvs"],
    node: { nat: oldFlannel() },
    edit: rules(/^-A POSTROUTING -s .*! -d 224\.0\.0\.0\/4 -j MASQUERADE\n/m, ""),
  },
  {
    what: "Weave's one rule that masquerades pods is gone, and no cluster CIDR tells the pods' range",
    modes: ["iptables"],
    node: { nat: weave(), detector: "none" },
    edit: rules(/^-A WEAVE -s \S+ ! -d .*\n/m, ""),
  },
  {
    what: "flannel runs without --ip-masq on this node alone",
    modes: ["iptables", "ipvs"],
    node: { nat: flannel(), more: { "ip-addr": [flannelDevice] } },
    written: { nat: {} },
    edit: none,
    needsPair: true,
  },
  {
    what: "flannel's IPv6 half leads nowhere",
    modes: ["iptables", "ipvs"],
    versions: ["1.28", "1.34"],
    node: {
      family: 6,
      services: services6,
      detector: "fd00:10:244::/56",
      nat: {
        POSTROUTING: ["-j FLANNEL-POSTRTG"],
        "FLANNEL-POSTRTG": [
          "-s fd00:10:244::/56 -d fd00:10:244::/56 -j RETURN",
          "-s fd00:10:244::/56 ! -d ff00::/8 -j MASQUERADE --random-fully",
        ],
      },
    },
    edit: (file, text) => (file === "ip6tables-save" ? text.replace("-A POSTROUTING -j FLANNEL-POSTRTG\n", "") : text),
  },
];
