import { sourceText } from "../../base/source.ts";
import { readNode } from "../../formats/read.ts";
import type { Ruleset } from "../../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";

export interface CaseDumps {
  readonly iptablesSave: string;
  readonly ipsetSave: string;
  readonly ipAddr: string;
  readonly ipRule: string;
  readonly ipRoute: string;
  readonly sysctls: Readonly<Record<string, string>>;
}

/** The node of a recorded case, read as a user's paste would be; the recording is known to be complete. */
export function snapshotOfCase(dumps: CaseDumps): NodeSnapshot {
  const sysctls = Object.entries(dumps.sysctls)
    .map(([key, value]) => `${key} = ${value}`)
    .join("\n");
  const texts: [string, string][] = [
    ["iptables-save.txt", dumps.iptablesSave],
    ["ipset-save.txt", dumps.ipsetSave],
    ["ip-addr.txt", dumps.ipAddr],
    ["ip-rule.txt", dumps.ipRule],
    ["ip-route-table-all.txt", dumps.ipRoute],
    ["sysctl.txt", sysctls],
  ];
  const sources = texts.filter(([, text]) => text.trim() !== "").map(([name, text]) => sourceText(name, name, text));
  return known(readNode(sources).snapshot);
}

/** All tables, sets and addresses there were have been recorded. */
export function known(snapshot: NodeSnapshot): NodeSnapshot {
  const iptables = new Map(
    [...snapshot.iptables].map(([family, set]): [4 | 6, Ruleset] => [family, { ...set, complete: true }]),
  );
  const none: Ruleset = { family: 4, tables: new Map(), complete: true };
  if (!iptables.has(4)) iptables.set(4, none);
  return {
    ...snapshot,
    iptables,
    sets: { ...snapshot.sets, coverage: "whole" },
    ipvs: { ...snapshot.ipvs, coverage: "whole" },
    links: { ...snapshot.links, coverage: "whole" },
    rules: { ...snapshot.rules, coverage: "whole" },
    routes: {
      ...snapshot.routes,
      coverage: new Map(
        ["local", "main", "default", ...snapshot.routes.list.map((r) => r.table)].map((t) => [t, "whole"]),
      ),
    },
  };
}
