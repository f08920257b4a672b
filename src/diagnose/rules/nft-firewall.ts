import type { Span } from "../../base/span.ts";
import { familyOf } from "../../model/net/ip.ts";
import { nftOwner } from "../../model/nftables/owner.ts";
import type { NftChain, NftTable } from "../../model/nftables/ruleset.ts";
import { type Probe, works } from "../probe.ts";

/*
 * A firewall in nft's own tables (firewalld, /etc/nftables.conf) is not simulated. Its base chain has the last word on what passes its
 * hook, whatever iptables accepts; where nothing in it can accept a new connection but what is told apart here, it stops all of them.
 */

/** Where such a firewall ends what comes to a hook. */
export interface NftStop {
  readonly table: NftTable;
  readonly chain: NftChain;
  readonly how: "reject" | "drop" | "policy";
  readonly at: Span;
}

/** Whose tables hold network policy or Services: somebody's wish, and full of exceptions. */
const policies: ReadonlySet<string | undefined> = new Set([
  "kube-proxy",
  "kubelet",
  "Calico",
  "Cilium",
  "kube-router",
  "Antrea",
  "OVN-Kubernetes",
  "kindnet",
]);

const bare = (text: string): string =>
  text.replace(/^(?:counter(?: packets \d+ bytes \d+)? |log(?: prefix "[^"]*")?[^"]*? )+(?=reject|drop)/, "");
const stops = /^(?:reject(?: with .*)?|drop)$/;
const established = /^ct state (?:\{ )?(?:established|related)[^a-z]+(?:established|related)?[^a-z]*accept$/;
/** Accepts what no Service's packet is: answers, what is on lo, pings. */
const otherTraffic =
  /^(?:iif(?:name)? "?lo"?|ip protocol icmp|ip6 nexthdr|icmp|icmpv6|meta l4proto (?:\{ )?(?:icmp|ipv6-icmp)|ip6? daddr (?:224|ff02|fe80)\S*) .*accept$|^icmp\S* accept$/;
const byPort = /^(tcp|udp) dport (?:\{ )?([\d, ]+?)(?: \})?(?: ct state \S+)? accept$/;

/** What IPVS takes at INPUT is not translated yet. */
const translated = /^ct status (?:\{ )?dnat(?: \})? accept$/;

/** Nothing that this rule accepts at `hook` is of this flow. */
function leaves(text: string, hook: string, { flow }: Probe): boolean {
  if (!/\b(?:accept|queue|goto|vmap)\b/.test(text)) return true;
  if (established.test(text) || otherTraffic.test(text) || (hook === "input" && translated.test(text))) return true;
  const [, proto, ports] = byPort.exec(text) ?? [];
  return ports !== undefined && (proto !== flow.proto || !ports.split(/[, ]+/).includes(String(flow.port)));
}

function* reached(table: NftTable, chain: NftChain, seen = new Set<string>()): Generator<NftChain> {
  if (seen.has(chain.name)) return;
  seen.add(chain.name);
  yield chain;
  for (const { text } of chain.rules) {
    const next = table.chains.get(/\bjump (\S+)/.exec(text)?.[1] ?? "");
    if (next) yield* reached(table, next, seen);
  }
}

function stopIn(table: NftTable, chain: NftChain, p: Probe): NftStop | undefined {
  // `nft -j` gives expressions, not lines
  if ([...table.chains.values()].some((c) => c.rules.some((r) => /^[[{]/.test(r.text)))) return undefined;
  const end = chain.rules.find((r) => stops.test(bare(r.text)));
  const policy = chain.hook?.policy === "drop";
  if (!end && !policy) return undefined;
  for (const c of reached(table, chain)) {
    const own = c === chain && end ? c.rules.slice(0, c.rules.indexOf(end)) : c.rules;
    if (!own.every((r) => leaves(r.text, chain.hook?.hook ?? "", p))) return undefined;
  }
  const how = !end ? "policy" : bare(end.text).startsWith("reject") ? "reject" : "drop";
  return { table, chain, how, at: end?.at ?? chain.at };
}

/** Such a chain at `hook`, which this flow passes in the model and would not in life. */
export function nftStop(p: Probe, hook: "forward" | "input"): NftStop | undefined {
  const passes = p.trace.steps.some(
    (s) =>
      (s.kind === "rule" || s.kind === "chain-end") &&
      s.direction === "original" &&
      s.place.table === "filter" &&
      s.place.hook === hook.toUpperCase(),
  );
  if (!works(p) || !passes) return undefined;
  const own = familyOf(p.flow.to) === 4 ? "ip" : "ip6";
  for (const table of p.side.snapshot.nftables.tables) {
    if (table.ofIptables || table.dormant || !table.whole || policies.has(nftOwner(table))) continue;
    if (table.family !== "inet" && table.family !== own) continue;
    for (const chain of table.chains.values()) {
      if (chain.hook?.type !== "filter" || chain.hook.hook !== hook) continue;
      const found = stopIn(table, chain, p);
      if (found) return found;
    }
  }
  return undefined;
}
