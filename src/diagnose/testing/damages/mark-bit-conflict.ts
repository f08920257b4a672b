import { type Damage, rules } from "../damage.ts";

export const markBitConflict: readonly Damage[] = [
  {
    what: "somebody overwrites the whole mark in filter OUTPUT",
    modes: ["ipvs"],
    edit: rules(
      "*filter\n",
      "*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o eth0 -j MARK --set-xmark 0x1/0xffffffff\nCOMMIT\n*filter\n",
    ),
    // since 1.16.13 the mark is used up before a later rule sees it
    fine: (_mode, version) => version !== "1.9.7" && version !== "1.12",
    nearMisses: [
      {
        what: "another program sets a bit of its own",
        edit: rules(/^-A PREROUTING /m, "-A PREROUTING -j MARK --set-xmark 0x10000/0x10000\n-A PREROUTING "),
      },
    ],
  },
];
