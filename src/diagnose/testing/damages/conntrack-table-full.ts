import { type Damage, none } from "../damage.ts";

const kept = (count: number, max = 262144) => ({
  "net.netfilter.nf_conntrack_count": String(count),
  "net.netfilter.nf_conntrack_max": String(max),
});
const full = "[ 1520.100000] nf_conntrack: nf_conntrack: table full, dropping packet";
const races =
  "cpu=0   \tfound=12 invalid=3 insert=0 insert_failed=9 drop=7 early_drop=0 error=0 search_restart=2 clash_resolve=4 chaintoolong=0 ";

export const conntrackTableFull: readonly Damage[] = [
  {
    what: "as many connections as may be",
    modes: ["iptables", "ipvs"],
    versions: ["1.12", "1.34"],
    node: { kernel: kept(9000) },
    kernel: kept(262144),
    edit: none,
    unproven: true,
    certainty: "likely",
    nearMisses: [
      { what: "there is room", kernel: kept(150000), edit: none },
      { what: "counters of races alone", node: { more: { statistics: ["$ conntrack -S", races] } }, edit: none },
      { what: "no maximum is set", kernel: kept(150000, 0), edit: none },
    ],
  },
  {
    what: "the kernel's log says so",
    modes: ["iptables"],
    versions: ["1.34"],
    written: { more: { dmesg: ["$ dmesg", full, full] } },
    edit: none,
    unproven: true,
    certainty: "possible",
  },
  {
    what: "the log says so, and little room is left",
    modes: ["ipvs"],
    versions: ["1.34"],
    written: { more: { dmesg: ["$ dmesg", full] } },
    kernel: kept(250000),
    edit: none,
    unproven: true,
    certainty: "likely",
  },
  {
    what: "the log says so, and now there is room",
    modes: ["ipvs"],
    versions: ["1.34"],
    written: { more: { dmesg: ["$ dmesg", full] }, kernel: kept(9000) },
    edit: none,
    unproven: true,
    certainty: "possible",
  },
  {
    what: "little room is left",
    modes: ["ipvs"],
    versions: ["1.34"],
    kernel: kept(250000),
    edit: none,
    unproven: true,
    certainty: "possible",
  },
];
