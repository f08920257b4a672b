import { both, type Damage, rules } from "../damage.ts";

export const tailscaleDropsRange: readonly Damage[] = [
  {
    what: "pods live in Tailscale's range",
    modes: ["ipvs"],
    edit: both(
      (_file, text) => text.replaceAll("10.244.", "100.64."),
      rules(
        "*filter\n",
        "*filter\n:ts-input - [0:0]\n-A INPUT -j ts-input\n-A ts-input -s 100.64.0.0/10 ! -i tailscale0 -j DROP\n",
      ),
    ),
  },
];
