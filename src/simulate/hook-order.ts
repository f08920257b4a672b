import type { Hook, TableName } from "../model/netfilter/hook.ts";

/** What runs at a hook, by priority (include/uapi/linux/netfilter_ipv4.h; ip_vs_core.c ip_vs_ops4). */
export type HookStage = TableName | "conntrack" | "ipvs-reply" | "ipvs-request" | "confirm";

export const hookOrder: Readonly<Record<Hook, readonly HookStage[]>> = {
  PREROUTING: ["raw", "conntrack", "mangle", "nat"],
  // filter 0, security 50, IPVS 98 and 99, nat (SNAT) 100, confirm last
  INPUT: ["mangle", "filter", "security", "ipvs-reply", "ipvs-request", "nat", "confirm"],
  // IPVS replies at 100, after filter
  FORWARD: ["mangle", "filter", "security", "ipvs-reply"],
  // nat (DNAT) -100, IPVS -99 and -98, filter 0
  OUTPUT: ["raw", "conntrack", "mangle", "nat", "ipvs-reply", "ipvs-request", "filter", "security"],
  POSTROUTING: ["mangle", "nat", "confirm"],
};
