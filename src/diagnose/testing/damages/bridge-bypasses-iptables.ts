import { type Damage, inFile, none } from "../damage.ts";

const withoutSetting = inFile("sysctl", /^net\.bridge\..*\n/gm, "");
const modules = (names: readonly string[]) => ({
  lsmod: ["$ lsmod", "Module                  Size  Used by", ...names.map((name) => `${name} 307200 0`)],
});

export const bridgeBypassesIptables: readonly Damage[] = [
  {
    what: "bridge-nf-call-iptables is 0",
    modes: ["iptables"],
    edit: none,
    kernel: { "net.bridge.bridge-nf-call-iptables": "0" },
  },
  {
    what: "the setting is not there, for br_netfilter is not loaded",
    modes: ["iptables"],
    edit: withoutSetting,
    written: {
      more: {
        "sysctl-error": ["sysctl: cannot stat /proc/sys/net/bridge/bridge-nf-call-iptables: No such file or directory"],
      },
    },
  },
  {
    what: "lsmod shows bridge and no br_netfilter",
    modes: ["iptables"],
    edit: withoutSetting,
    written: { more: modules(["bridge", "stp", "llc"]) },
    nearMisses: [
      { what: "it is there", edit: withoutSetting, node: { more: modules(["bridge", "br_netfilter"]) } },
      {
        what: "the list was filtered",
        edit: withoutSetting,
        node: { more: { lsmod: ["$ lsmod | grep bridge", "bridge 307200 0"] } },
      },
      { what: "the setting is there: it is built in", edit: none, node: { more: modules(["bridge", "stp"]) } },
    ],
  },
];
