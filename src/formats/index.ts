import type { Format } from "./format.ts";
import { ipAddr } from "./ip-addr/ip-addr.ts";
import { ipRoute } from "./ip-route/ip-route.ts";
import { ipRule } from "./ip-rule/ip-rule.ts";
import { ipsetSave } from "./ipset-save/ipset-save.ts";
import { iptablesSave } from "./iptables-save/iptables-save.ts";
import { ipvsadmSave } from "./ipvsadm-save/ipvsadm-save.ts";
import { sysctl } from "./sysctl/sysctl.ts";

/** Every format natlens reads. */
export const formats: readonly Format[] = [iptablesSave, ipsetSave, ipvsadmSave, ipAddr, ipRoute, ipRule, sysctl];
