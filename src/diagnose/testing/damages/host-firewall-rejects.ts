import { type Damage, none, rules } from "../damage.ts";

/** A firewall in nft's own table, which ends what it does not accept at one hook. */
const nft = (
  hook: "forward" | "input",
  accepts: readonly string[] = [],
  end = "reject with icmpx admin-prohibited",
) => ({
  "nft-list": [
    "table inet firewalld {",
    `\tchain filter_${hook.toUpperCase()} {`,
    `\t\ttype filter hook ${hook} priority filter + 10; policy accept;`,
    "\t\tct state { established, related } accept",
    ...(hook === "input" ? ["\t\tct status dnat accept"] : []),
    '\t\tiifname "lo" accept',
    "\t\tjump zone_public",
    ...accepts.map((line) => `\t\t${line}`),
    "\t\tct state invalid drop",
    `\t\t${end}`,
    "\t}",
    "\tchain zone_public {",
    "\t\ttcp dport 22 accept",
    "\t}",
    "}",
  ],
});

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
  {
    what: "firewalld in nft's own table ends what is forwarded",
    modes: ["iptables"],
    edit: none,
    written: { more: nft("forward") },
    unproven: true,
    nearMisses: [
      {
        what: "it accepts what was translated",
        edit: none,
        node: { more: nft("forward", ["ct status dnat accept"]) },
      },
      {
        what: "it trusts the pods' bridge",
        edit: none,
        node: { more: nft("forward", ['iifname "cni0" accept']) },
      },
      { what: "it refuses invalid packets only", edit: none, node: { more: nft("forward", [], "accept") } },
    ],
  },
  {
    what: "firewalld in nft's own table ends what comes in to a virtual server",
    modes: ["ipvs"],
    edit: none,
    written: { more: nft("input") },
    unproven: true,
    nearMisses: [
      { what: "it lets in the Services", edit: none, node: { more: nft("input", ["ip daddr 10.96.0.0/12 accept"]) } },
    ],
  },
];
