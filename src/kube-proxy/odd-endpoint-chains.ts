import { fromValue, type Ip } from "../model/net/ip.ts";
import { printTarget } from "../model/netfilter/print-rule.ts";
import { type Rule, rulesOf } from "../model/netfilter/rule.ts";
import type { Chain, Ruleset, Table } from "../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { type ChainOwner, isEndpointChain, lettersOf } from "./chain-owners.ts";
import { endpointOf, protoOf } from "./iptables-services.ts";
import type { OtherEndpoint, OtherService } from "./odd-chain.ts";
import { commentOf, wordedRule } from "./rule-words.ts";
import type { KnownEndpoint } from "./services.ts";
import { endpointHash } from "./writes/chain-names.ts";
import { at as textOf } from "./writes/spelling.ts";

/** A rule that rewrites the destination. */
interface Translation {
  readonly rule: Rule;
  readonly goes: KnownEndpoint;
}
/** A rule of a Service's chain that leads to a chain of an endpoint. Rules are read anew where they matter: there are many. */
export interface Jump {
  readonly from: Chain;
  /** 1-based. */
  readonly number: number;
  readonly owner: ChainOwner;
}
interface Unclear extends Translation {
  readonly chain: Chain;
  readonly jumps: readonly Jump[];
  readonly owner: ChainOwner;
}

const key = (e: KnownEndpoint): string => textOf(e.address, e.port);
const named = (owner: ChainOwner, e: KnownEndpoint, letters: string | undefined): boolean =>
  endpointHash(owner.name, owner.proto, key(e)) === letters;

/** `-j DNAT --to-destination 10.244.1.2:80`, and nothing behind it. */
const destination = / --to-destination (\S+)$/;
function* translationsOf(chain: Chain, used?: Set<string>): Generator<Translation> {
  for (const rule of rulesOf(chain.rules)) {
    used?.add(rule.target?.name ?? "");
    if (rule.target?.name !== "DNAT") continue;
    const goes = endpointOf(destination.exec(printTarget(rule.target))?.[1] ?? "");
    if (goes) yield { rule, goes };
  }
}

/**
 * Endpoint chains whose names do not follow from where they send. Where no dump tells whose name it is, the address may have been
 * replaced before the dump was pasted: it is told only of few among many that follow. Adds what
 * these chains lead to to `used`; without it, chains that no Service is known to use are not read.
 */
export function* oddEndpointChains(
  snapshot: NodeSnapshot,
  ruleset: Ruleset,
  nat: Table,
  jumps: ReadonlyMap<string, readonly Jump[]>,
  used: Set<string> | undefined,
): Generator<OtherEndpoint | OtherService> {
  const follow = new Map<ChainOwner, Map<string, KnownEndpoint>>();
  let following = 0;
  const unclear: Unclear[] = [];
  for (const chain of nat.chains.values()) {
    if (!isEndpointChain(chain.name)) continue;
    const own = jumps.get(chain.name) ?? [];
    const [first] = own;
    if (!first && !used) continue;
    const letters = lettersOf(chain.name);
    for (const t of translationsOf(chain, used)) {
      if (!first) continue;
      const right = own.find((j) => named(j.owner, t.goes, letters))?.owner;
      if (!right) unclear.push({ ...t, chain, jumps: own, owner: first.owner });
      else {
        following++;
        const known = follow.get(right) ?? new Map<string, KnownEndpoint>();
        follow.set(right, known.set(key(t.goes), t.goes));
      }
    }
  }
  const place = { family: ruleset.family } as const;
  const unnamed: OtherEndpoint[] = [];
  for (const u of unclear) {
    const { chain, rule, goes, owner } = u;
    const letters = lettersOf(chain.name);
    const other = ownCommentOf(rule, goes, letters);
    const jump = u.jumps[0] && ruleOf(u.jumps[0]);
    if (other && jump) {
      yield {
        ...place,
        kind: "other-service",
        chain: jump.chain,
        at: jump.at,
        service: owner.name,
        owner: other,
        rule: jump,
        leads: chain.name,
      };
      continue;
    }
    const listed = listedEndpoints(snapshot, owner);
    const known = [...(follow.get(owner)?.values() ?? []), ...listed];
    const whose = candidates(u, known).find((e) => named(owner, e, letters));
    const odd: OtherEndpoint = {
      ...place,
      kind: "other-endpoint",
      chain: chain.name,
      at: rule.at,
      service: owner.name,
      rule,
      goes,
      ...(whose ? { named: whose } : {}),
      stranger: !known.some((e) => key(e) === key(goes)),
    };
    if (whose) yield odd;
    // an address of IPv6 has many spellings, and the name is made of one
    else if (ruleset.family === 4) unnamed.push(odd);
  }
  if (unnamed.length < following) yield* unnamed;
}

const ruleOf = ({ from, number }: Jump): Rule | undefined => from.rules.at(number - 1);

/** The chain's own comment names another Service, and with it the name follows. */
function ownCommentOf(rule: Rule, goes: KnownEndpoint, letters: string | undefined): string | undefined {
  const worded = wordedRule(rule);
  const name = commentOf(worded);
  const proto = protoOf(worded);
  if (name === undefined || !proto) return undefined;
  return endpointHash(name, proto, key(goes)) === letters ? name : undefined;
}

/** Whom the name may be of: who else stands in the chain, in the comments of what leads there, or serves the Service. */
function candidates({ chain, jumps, goes }: Unclear, known: readonly KnownEndpoint[]): KnownEndpoint[] {
  const found: KnownEndpoint[] = [...known, ...Array.from(translationsOf(chain), (t) => t.goes)];
  for (const jump of jumps) {
    const rule = ruleOf(jump);
    const said = rule && endpointOf(/ -> (\S+)$/.exec(commentOf(wordedRule(rule)) ?? "")?.[1] ?? "");
    if (said) found.push(said);
  }
  const addresses = new Set<Ip>(found.map((e) => e.address));
  for (const { header } of rulesOf(chain.rules))
    if (header.source) addresses.add(fromValue(header.source.is.family, header.source.is.base));
  const ports = new Set([goes.port, ...found.map((e) => e.port)]);
  return [...found, ...[...addresses].flatMap((address) => [...ports].map((port) => ({ address, port })))];
}

/** Every endpoint of a Service that kubectl lists, ready or not. */
function listedEndpoints({ endpoints }: NodeSnapshot, { name }: ChainOwner): KnownEndpoint[] {
  const [, namespace, service] = /^([^/]+)\/([^:]+)/.exec(name) ?? [];
  return endpoints.list
    .filter((e) => e.service === service && (e.namespace ?? namespace) === namespace)
    .map(({ address, port }) => ({ address, port }));
}
