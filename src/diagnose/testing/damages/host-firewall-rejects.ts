import { type Damage, rules } from "../damage.ts";

export const hostFirewallRejects: readonly Damage[] = [
  {
    what: "a REJECT of the distribution on top of FORWARD",
    modes: ["iptables", "ipvs"],
    edit: rules(/^-A FORWARD /m, "-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n-A FORWARD "),
    fine: (mode, version) => mode === "ipvs" && version === "1.9.7",
    nearMisses: [
      {
        what: "the REJECT stands behind rules that accept",
        edit: rules(
          /^(-A FORWARD .*\n)+/m,
          (all) =>
            `-A FORWARD -s 10.244.0.0/16 -j ACCEPT\n-A FORWARD -d 10.244.0.0/16 -j ACCEPT\n${all}-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n`,
        ),
      },
    ],
  },
  {
    what: "a port refused in OUTPUT, which the other node lets through",
    modes: ["iptables", "ipvs"],
    edit: rules(
      /\*filter\n(?::.*\n)+/,
      (head) => `${head}-A OUTPUT -p tcp -m tcp --dport 6443 -j REJECT --reject-with icmp-port-unreachable\n`,
    ),
    needsPair: true,
  },
];
