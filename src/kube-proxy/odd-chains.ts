import { type Rule, rulesOf } from "../model/netfilter/rule.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { type ChainOwner, type Front, isEndpointChain, lettersOf, ownersOf } from "./chain-owners.ts";
import { fingerprint } from "./fingerprint.ts";
import { serviceAddress } from "./iptables-services.ts";
import { liveMode, modesOf } from "./mode.ts";
import { familiesOf } from "./names.ts";
import { nodeAddress } from "./node-address.ts";
import type { OddChain, OtherService, Unlisted } from "./odd-chain.ts";
import { type Jump, oddEndpointChains } from "./odd-endpoint-chains.ts";
import { destinationPortOf, wordedRule } from "./rule-words.ts";
import { listedAt } from "./services.ts";
import { isBefore, version } from "./version.ts";

/**
 * Chains that stand out from what kube-proxy in iptables mode writes, told by their names, which are hashes of whom they serve. A name
 * says something only where it is known whose it is: names may have been replaced before the dump was pasted.
 */
export function oddChains(snapshot: NodeSnapshot): OddChain[] {
  if (liveMode(snapshot, modesOf(snapshot)) !== "iptables") return [];
  // commands are what somebody did or means to do, and no dump
  return familiesOf(snapshot).flatMap((ruleset) => (ruleset.fromCommands ? [] : [...oddIn(snapshot, ruleset)]));
}

/** Of a larger table the first rules of Services' chains are read, and what they lead to; there no chain is called unused. */
const mostRules = 30_000;

function* oddIn(snapshot: NodeSnapshot, ruleset: Ruleset): Generator<OddChain> {
  const { family } = ruleset;
  const nat = ruleset.tables.get("nat");
  if (!nat) return;
  const owners = ownersOf(snapshot, ruleset);
  const other = (owner: ChainOwner, of: ChainOwner, rule: Rule, leads: string): OtherService => ({
    kind: "other-service",
    family,
    chain: rule.chain,
    at: rule.at,
    service: owner.name,
    owner: of.name,
    rule,
    leads,
  });
  for (const { owner, rule, leads } of owners.fronts) {
    const of = owners.of(lettersOf(leads));
    if (of && of !== owner) yield other(owner, of, rule, leads);
  }
  const used = new Set<string>();
  const jumps = new Map<string, Jump[]>();
  let rules = 0;
  for (const chain of nat.chains.values()) {
    if (isEndpointChain(chain.name)) continue;
    rules += chain.rules.length;
    if (rules > mostRules) break;
    const owner = owners.of(lettersOf(chain.name));
    for (const rule of rulesOf(chain.rules)) {
      const to = rule.target?.name ?? "";
      used.add(to);
      if (!owner || lettersOf(to) === undefined) continue;
      if (isEndpointChain(to)) {
        const known = jumps.get(to);
        const jump = { from: chain, number: rule.number, owner };
        if (known) known.push(jump);
        else jumps.set(to, [jump]);
        continue;
      }
      const of = owners.of(lettersOf(to));
      if (of && of !== owner) yield other(owner, of, rule, to);
    }
  }
  const all = rules <= mostRules;
  yield* oddEndpointChains(snapshot, ruleset, nat, jumps, all ? used : undefined);
  if (nat.state === "whole" && all && !mayKeepStale(snapshot, jumps.size))
    for (const chain of nat.chains.values())
      if (chain.at && lettersOf(chain.name) !== undefined && !used.has(chain.name))
        yield { kind: "unused", family, chain: chain.name, at: chain.at };
  yield* unlisted(snapshot, ruleset, owners.fronts);
}

/** With so many endpoints kube-proxy of 1.25 and later leaves chains that it no longer uses for a while. */
const manyEndpoints = 1000;
function mayKeepStale(snapshot: NodeSnapshot, endpoints: number): boolean {
  if (endpoints <= manyEndpoints) return false;
  const { below } = fingerprint(snapshot).range;
  return !below || isBefore(version(25), below);
}

/** Told only where kubectl lists most of what the rules serve: else it is another cluster's list. */
function* unlisted(snapshot: NodeSnapshot, ruleset: Ruleset, fronts: readonly Front[]): Generator<Unlisted> {
  const { services, borrowed } = snapshot;
  if (services.coverage !== "whole" || borrowed.includes("services")) return;
  const names = new Set(services.list.map((s) => `${s.namespace}/${s.name}`));
  const node = nodeAddress(snapshot, ruleset.family);
  const gone = new Map<string, Unlisted>();
  const there = new Set<string>();
  for (const { owner, rule, leads } of fronts) {
    const service = owner.name.split(":")[0] ?? "";
    const worded = wordedRule(rule);
    const port = destinationPortOf(worded);
    const at =
      serviceAddress(worded) ??
      (node && port !== undefined
        ? { address: node, port, proto: owner.proto, kind: "node-port" as const }
        : undefined);
    // a Service that was made anew under another name may have the old one's address
    if (names.has(service) || (at && listedAt(snapshot, at))) there.add(service);
    else if (!gone.has(service))
      gone.set(service, { kind: "unlisted", family: ruleset.family, chain: leads, at: rule.at, service });
  }
  for (const service of there) gone.delete(service);
  if (gone.size < there.size) yield* gone.values();
}
