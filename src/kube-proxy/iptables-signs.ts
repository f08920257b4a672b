import type { Span } from "../base/span.ts";
import { type Words, words } from "../base/words.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { Clue } from "./clue.ts";
import { few } from "./mode.ts";
import { chainOf, commentOf, hasWord, jumpOf, markMatchOf, rulesIn, type WordedRule } from "./rule-words.ts";
import { type VersionRange, version } from "./version.ts";

const since = (minor: number, patch = 0): VersionRange => ({ atLeast: version(minor, patch) });
const between = (from: number, below: number): VersionRange => ({ atLeast: version(from), below: version(below) });

/** Jumps of filter that date a dump of iptables mode: from, to, with ctstate NEW or not. */
const jumps: readonly (readonly [string, string, boolean | undefined, VersionRange, string])[] = [
  ["FORWARD", "KUBE-SERVICES", true, since(14), "FORWARD jumps to KUBE-SERVICES"],
  ["INPUT", "KUBE-EXTERNAL-SERVICES", true, since(10), "INPUT jumps to KUBE-EXTERNAL-SERVICES"],
  ["FORWARD", "KUBE-EXTERNAL-SERVICES", true, since(20), "FORWARD jumps to KUBE-EXTERNAL-SERVICES"],
  ["INPUT", "KUBE-NODEPORTS", undefined, since(21), "INPUT jumps to KUBE-NODEPORTS"],
  ["INPUT", "KUBE-PROXY-FIREWALL", true, since(25), "INPUT jumps to KUBE-PROXY-FIREWALL"],
];

const clue = (id: string, says: Words, r: WordedRule, range: VersionRange): Clue => ({
  id,
  says,
  at: r.rule.at,
  from: r.rule.table === "filter" ? "filter" : "nat",
  range,
});

/** Which version wrote these rules, iptables mode. A few hundred service chains tell as much as all. */
export function iptablesClues(ruleset: Ruleset): Clue[] {
  const clues: Clue[] = [];
  for (const [from, to, withState, range, en] of jumps)
    for (const r of rulesIn(ruleset, "filter", from))
      if (jumpOf(r) === to && (withState === undefined || hasWord(r, "--ctstate") === withState)) {
        clues.push(clue(`filter ${from} to ${to}`, words(`filter: ${en}`, `filter：${from} 跳转到 ${to}`), r, range));
        break;
      }
  const nat = ruleset.tables.get("nat");
  const canary = chainOf(ruleset, "nat", "KUBE-PROXY-CANARY");
  if (canary)
    clues.push({
      id: "canary",
      says: words("nat has the chain KUBE-PROXY-CANARY", "nat 表中有 KUBE-PROXY-CANARY 链"),
      from: "nat",
      range: since(17),
      ...(canary.at ? { at: canary.at } : {}),
    });
  const names = nat ? [...few(nat.chains.keys(), 5000)] : [];
  const prefix = (p: string): string | undefined => names.find((n) => n.startsWith(p));
  const ext = prefix("KUBE-EXT-");
  const xlb = prefix("KUBE-XLB-");
  const at = (name: string): { at?: Span } => {
    const span = nat?.chains.get(name)?.at ?? nat?.chains.get(name)?.rules.at(0)?.at;
    return span ? { at: span } : {};
  };
  if (ext)
    clues.push({
      id: "KUBE-EXT",
      says: words("nat has KUBE-EXT- chains", "nat 表中有 KUBE-EXT- 链"),
      from: "nat",
      range: since(24),
      ...at(ext),
    });
  if (xlb)
    clues.push({
      id: "KUBE-XLB",
      says: words("nat has KUBE-XLB- chains", "nat 表中有 KUBE-XLB- 链"),
      from: "nat",
      range: { below: version(24) },
      ...at(xlb),
    });
  for (const r of few(rulesIn(ruleset, "nat", "KUBE-SERVICES"), 300))
    if (jumpOf(r) === "KUBE-MARK-MASQ" && commentOf(r)?.endsWith(" cluster IP")) {
      clues.push(
        clue(
          "mark in KUBE-SERVICES",
          words("cluster IPs are marked in KUBE-SERVICES", "在 KUBE-SERVICES 中给 cluster IP 打标记"),
          r,
          { below: version(22) },
        ),
      );
      break;
    }
  for (const name of few(
    names.filter((n) => n.startsWith("KUBE-SVC-")),
    50,
  )) {
    const found = serviceChainClue(ruleset, name);
    if (found.length === 0) continue;
    clues.push(...found);
    break;
  }
  return clues;
}

function serviceChainClue(ruleset: Ruleset, chain: string): Clue[] {
  const found: Clue[] = [];
  for (const r of few(rulesIn(ruleset, "nat", chain), 20)) {
    if (jumpOf(r) === "KUBE-MARK-MASQ" && commentOf(r)?.endsWith(" cluster IP"))
      found.push(
        clue(
          "mark in KUBE-SVC",
          words("cluster IPs are marked in KUBE-SVC- chains", "在 KUBE-SVC- 链中给 cluster IP 打标记"),
          r,
          since(22),
        ),
      );
    if (jumpOf(r)?.startsWith("KUBE-SEP-")) {
      const comment = commentOf(r);
      if (comment?.includes(" -> "))
        found.push(
          clue(
            "endpoint in comment",
            words("balancing rules name their endpoint", "负载均衡规则注明 endpoint"),
            r,
            since(24),
          ),
        );
      else if (comment === undefined)
        found.push(
          clue(
            "no comment on KUBE-SVC",
            words("balancing rules bear no comment", "负载均衡规则没有注释"),
            r,
            between(12, 18),
          ),
        );
      break;
    }
  }
  return found;
}

/** KUBE-POSTROUTING is the same in iptables and ipvs mode. */
export function postroutingClues(ruleset: Ruleset): Clue[] {
  const clues: Clue[] = [];
  for (const r of rulesIn(ruleset, "nat", "KUBE-POSTROUTING")) {
    const mark = markMatchOf(r);
    if (mark?.negated && jumpOf(r) === "RETURN")
      clues.push(
        clue(
          "POSTROUTING new",
          words("KUBE-POSTROUTING returns what is not marked", "KUBE-POSTROUTING 对未打标记的报文 RETURN"),
          r,
          since(16, 13),
        ),
      );
    else if (mark && !mark.negated && jumpOf(r) === "MASQUERADE")
      clues.push(
        clue(
          "POSTROUTING old",
          words("KUBE-POSTROUTING masquerades by a mark match", "KUBE-POSTROUTING 以 mark 匹配做 MASQUERADE"),
          r,
          { below: version(18, 6) },
        ),
      );
    if (hasWord(r, "--random-fully"))
      clues.push(
        clue("--random-fully", words("MASQUERADE has --random-fully", "MASQUERADE 带 --random-fully"), r, since(16)),
      );
  }
  return clues;
}
