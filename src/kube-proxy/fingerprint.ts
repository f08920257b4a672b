import { words } from "../base/words.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Clue } from "./clue.ts";
import { iptablesClues, postroutingClues } from "./iptables-signs.ts";
import { ipvsClues } from "./ipvs-signs.ts";
import { liveMode, type ModeClue, modesOf, type ProxyMode } from "./mode.ts";
import { familiesOf } from "./names.ts";
import { fallbackSince, isBefore, parseVersion, rangesMeet, type VersionRange, version } from "./version.ts";

/** Which kube-proxy wrote this dump. */
export interface Fingerprint {
  /** The live mode; undefined where nothing of kube-proxy was seen. */
  readonly mode?: ProxyMode;
  readonly modes: readonly ModeClue[];
  readonly clues: readonly Clue[];
  /** Open where nothing dates the dump; where clues contradict each other, what most of the rules say. */
  readonly range: VersionRange;
  /** Pairs of clues that no single version can explain. Not averaged away. */
  readonly contradictions: readonly (readonly [Clue, Clue])[];
}

export function fingerprint(snapshot: NodeSnapshot): Fingerprint {
  const modes = modesOf(snapshot);
  const mode = liveMode(snapshot, modes);
  const clues: Clue[] = [];
  const stated = snapshot.proxyRun?.version;
  const exact = stated && parseVersion(stated.value);
  if (stated && exact)
    clues.push({
      id: "stated version",
      from: "configuration",
      at: stated.at,
      says: words(`kube-proxy says it is ${stated.value}`, `kube-proxy 自报版本 ${stated.value}`),
      range: { atLeast: exact, below: version(exact.minor, exact.patch + 1) },
    });
  for (const ruleset of familiesOf(snapshot)) {
    if (mode === "ipvs") clues.push(...ipvsClues(snapshot, ruleset));
    if (mode === "iptables") clues.push(...iptablesClues(ruleset));
    if (mode === "ipvs" || mode === "iptables") clues.push(...postroutingClues(ruleset));
  }
  const distinct = [...new Map(clues.map((c) => [c.id, c])).values()];
  return { ...(mode ? { mode } : {}), modes, clues: distinct, ...combined(distinct) };
}

/** Clues in order of weight: what the proxy says itself, its rules, then its sets, which outlive an upgrade. */
function combined(clues: readonly Clue[]): Pick<Fingerprint, "range" | "contradictions"> {
  const weight = (c: Clue): number => (c.from === "configuration" ? 0 : c.from === "sets" ? 2 : 1);
  let range: VersionRange = {};
  const accepted: Clue[] = [];
  const contradictions: (readonly [Clue, Clue])[] = [];
  for (const clue of [...clues].sort((a, b) => weight(a) - weight(b))) {
    const both = rangesMeet(range, clue.range);
    if (both) {
      range = both;
      accepted.push(clue);
      continue;
    }
    const against = accepted.find((other) => !rangesMeet(other.range, clue.range));
    if (against) contradictions.push([against, clue]);
  }
  return { range, contradictions };
}

/**
 * Would this kube-proxy, started without a cluster CIDR, write the rule that marks what comes from a cluster IP? Since
 * 1.11.1 it does. Forms of nat rules alone do not decide it between 1.11 and 1.15, where patched builds mixed them;
 * a second witness (filter, sets, its own word) does.
 */
export function writesFallback(print: Fingerprint): "yes" | "no" | "unsure" {
  const { atLeast, below } = print.range;
  if (below && !isBefore(fallbackSince, below)) return "no";
  if (!atLeast || isBefore(atLeast, fallbackSince)) return "unsure";
  if (print.contradictions.length > 0) return "unsure";
  if (!isBefore(atLeast, version(16))) return "yes";
  const witnesses = new Set(print.clues.filter((c) => c.range.atLeast && c.from !== "nat").map((c) => c.from));
  return witnesses.size > 0 ? "yes" : "unsure";
}
