import { type Damage, rules } from "../damage.ts";

export const inputPolicyDrop: readonly Damage[] = [
  {
    what: "INPUT accepts answers, but neither node ports nor Services",
    modes: ["ipvs"],
    edit: rules(
      /\*filter\n(?::.*\n)+/,
      (all) =>
        `${all.replace(":INPUT ACCEPT", ":INPUT DROP")}-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n`,
    ),
  },
];
