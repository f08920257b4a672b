import type { Family } from "../model/net/ip.ts";
import { type Rule, rulesOf } from "../model/netfilter/rule.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { World } from "./world.ts";

/** Matches and targets whose checkentry calls nf_ct_netns_get, and so switches conntrack on in a network namespace. */
const matches = new Set([
  "conntrack",
  "state",
  "connmark",
  "connbytes",
  "connlimit",
  "connlabel",
  "helper",
  "cluster",
  "nfacct",
]);
const targets = new Set([
  "DNAT",
  "SNAT",
  "MASQUERADE",
  "REDIRECT",
  "NETMAP",
  "CONNMARK",
  "CT",
  "NOTRACK",
  "CONNSECMARK",
  "SYNPROXY",
]);

const decided = new WeakMap<Ruleset, boolean>();

/**
 * Since Linux 4.10 conntrack's hooks are there only while some rule needs them: with a flushed nat table nothing is
 * tracked and no nat chain is walked (seen on 6.1). Of rules that were not pasted one may well need it.
 */
export function runsConntrack(world: World, family: Family): boolean {
  const ruleset = world.snapshot.iptables.get(family);
  if (world.tracks || !ruleset?.complete || isOld(world.snapshot.kernel?.release)) return true;
  const known = decided.get(ruleset);
  if (known !== undefined) return known;
  const needs =
    anyNeeds(ruleset) || (ruleset.other !== undefined && (!ruleset.other.complete || anyNeeds(ruleset.other)));
  decided.set(ruleset, needs);
  return needs;
}

function anyNeeds(ruleset: Ruleset): boolean {
  for (const table of ruleset.tables.values())
    for (const chain of table.chains.values()) for (const rule of rulesOf(chain.rules)) if (needsIt(rule)) return true;
  return false;
}

const needsIt = (rule: Rule): boolean =>
  rule.matches.some((m) => matches.has(m.name)) ||
  (rule.target !== null && targets.has(rule.target.name)) ||
  !rule.understood;

function isOld(release: string | undefined): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release ?? "") ?? [];
  return major !== undefined && (Number(major) < 4 || (Number(major) === 4 && Number(minor) < 10));
}
