import { type Damage, none } from "../damage.ts";

export const ipForwardOff: readonly Damage[] = [
  {
    what: "ip_forward is 0",
    modes: ["iptables", "ipvs"],
    edit: none,
    kernel: { "net.ipv4.ip_forward": "0", "net.ipv4.conf.all.forwarding": "0" },
  },
];
