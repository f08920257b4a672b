import { appendRule, insertRule } from "../diagnose/fix/edit.ts";
import { readRule } from "../diagnose/fix/rule-from.ts";
import { withClusterCidr } from "../diagnose/rules/cluster-cidr-remedies.ts";
import type { Side } from "../diagnose/side.ts";
import { parseCidr } from "../model/net/cidr.ts";
import type { Family } from "../model/net/ip.ts";
import { isTableName, type TableName } from "../model/netfilter/hook.ts";
import type { Rule } from "../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { WhatIf } from "./request.ts";

/** The node with what the user tries out. What cannot be read changes nothing. */
export function changedBy(side: Side, whatIf: readonly WhatIf[]): NodeSnapshot {
  let snapshot = side.snapshot;
  for (const change of whatIf) {
    if (change.side !== side.name) continue;
    switch (change.kind) {
      case "cluster-cidr": {
        const cidr = parseCidr(change.cidr.trim());
        if (cidr) snapshot = withClusterCidr(snapshot, side, cidr.family, cidr);
        break;
      }
      case "masquerade-all":
        for (const family of snapshot.iptables.keys()) snapshot = withClusterCidr(snapshot, side, family, "all");
        break;
      case "add-rule": {
        const read = readCommand(change.rule);
        if (read)
          snapshot =
            read.index === undefined
              ? appendRule(snapshot, read.family, read.rule)
              : insertRule(snapshot, read.family, read.rule, read.index);
        break;
      }
    }
  }
  return snapshot;
}

interface Command {
  readonly rule: Rule;
  readonly family: Family;
  /** 0-based place for `-I`; absent for `-A`. */
  readonly index?: number;
}

/** `iptables -t nat -I POSTROUTING 2 -s 10.0.0.1 -j MASQUERADE`, `-A …`, with or without the program's name. */
export function readCommand(text: string): Command | undefined {
  let rest = text
    .trim()
    .replace(/^\$\s+/, "")
    .replace(/^sudo\s+/, "");
  const program = /^(ip6?tables)(-legacy|-nft)?\s+/.exec(rest);
  if (program) rest = rest.slice(program[0].length);
  const family: Family = program?.[1] === "ip6tables" ? 6 : 4;
  let table: TableName = "filter";
  rest = ` ${rest}`.replace(/\s(?:-t|--table)[\s=](\S+)/, (_, name: string) => {
    if (isTableName(name)) table = name;
    return "";
  });
  rest = rest.replace(/\s-w(\s+\d+)?(?=\s)/, "").trim();
  const place = /^(?:-I|--insert)\s+(\S+)(?:\s+(\d+))?\s+/.exec(rest);
  const index = place ? Math.max(0, Number(place[2] ?? 1) - 1) : undefined;
  const body = place ? `-A ${place[1]} ${rest.slice(place[0].length)}` : rest.replace(/^--append\s/, "-A ");
  if (!body.startsWith("-A ")) return undefined;
  const { rule } = readRule(body, table, family);
  return rule && { rule, family, ...(index === undefined ? {} : { index }) };
}
