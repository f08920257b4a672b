import { type Damage, none } from "../damage.ts";

export const bridgeBypassesIptables: readonly Damage[] = [
  {
    what: "bridge-nf-call-iptables is 0",
    modes: ["iptables"],
    edit: none,
    kernel: { "net.bridge.bridge-nf-call-iptables": "0" },
  },
];
