import { type Words, words } from "../../base/words.ts";
import { familyOf } from "../../model/net/ip.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import { rulesOf } from "../../model/netfilter/rule.ts";
import type { Chain, Table } from "../../model/netfilter/ruleset.ts";
import type { LoggedPacket } from "../../model/node/observation.ts";
import type { Trace } from "../../simulate/trace.ts";
import type { Probe } from "../probe.ts";
import { type LogFlow, logFlows } from "./log-flows.ts";
import { probeOf } from "./log-match.ts";

/** What a TRACE line says of the prediction. */
export interface TracedLine {
  readonly verdict: "agrees" | "contradicts";
  readonly says: Words;
}

/** A rule that was met, or the end of a chain. */
const hopKey = (table: string, chain: string, rule: number | null): string => `${table} ${chain} ${rule ?? "end"}`;

/** Lines of the first packet of each direction: only those walk the nat table, and later ones meet other rules. */
function firstPackets({ lines }: LogFlow): { readonly original: LoggedPacket[]; readonly reply: LoggedPacket[] } {
  const [first] = lines;
  const traced = lines.filter((l) => l.trace !== undefined);
  const ofOriginal = (l: LoggedPacket): boolean => l.sport === first?.sport;
  const packet = (list: readonly LoggedPacket[]): LoggedPacket[] => {
    const [begin] = list;
    if (!begin) return [];
    const own = list.filter((l) => l.id === begin.id && l.walk === begin.walk);
    const opens = begin.flags.includes("SYN") || own.some((l) => l.trace?.table === "nat");
    return opens ? own : [];
  };
  return { original: packet(traced.filter(ofOriginal)), reply: packet(traced.filter((l) => !ofOriginal(l))) };
}

/** The rules of a chain that a line may mean; `end` is null, and nothing where the dump cannot tell. */
function meant({ trace }: LoggedPacket, chain: Chain): readonly (number | null)[] {
  if (!trace) return [];
  const { kind, number, rule, handle } = trace;
  if (number !== undefined) return number <= chain.rules.length ? [number] : kind === "rule" ? [] : [null];
  if (kind === "return" || kind === "policy") return [null];
  // nft's words are not iptables'
  if (kind !== "rule" || rule === undefined || handle === undefined) return [];
  const text = `-A ${chain.name} ${rule}`.trimEnd();
  return [...rulesOf(chain.rules)].filter((r) => printRule(r) === text).map((r) => r.number);
}

/** The chain's end stands at another place than in the dump: the two were not taken of the same rules. */
const isChanged = ({ trace }: LoggedPacket, chain: Chain): boolean =>
  trace?.number !== undefined && trace.number > chain.rules.length + (trace.kind === "rule" ? 0 : 1);

const tableOf = (p: Probe, { src, trace }: LoggedPacket): Table | undefined =>
  p.side.snapshot.iptables.get(familyOf(src))?.tables.get(trace?.table as TableName);

/** Lines that the dump can be held against, each with the hops that it may mean. Rules of raw move when TRACE is put there. */
function* comparable(p: Probe, lines: readonly LoggedPacket[]): Generator<[LoggedPacket, readonly string[]]> {
  const chainOf = (line: LoggedPacket): Chain | undefined => {
    const table = tableOf(p, line);
    return table?.state === "whole" && table.name !== "raw" ? table.chains.get(line.trace?.chain ?? "") : undefined;
  };
  const changed = new Set<Chain>();
  for (const line of lines) {
    const chain = chainOf(line);
    if (chain && isChanged(line, chain)) changed.add(chain);
  }
  for (const line of lines) {
    const chain = chainOf(line);
    if (!chain || changed.has(chain)) continue;
    const hops = meant(line, chain).map((rule) => hopKey(line.trace?.table ?? "", chain.name, rule));
    if (hops.length > 0) yield [line, hops];
  }
}

type Direction = "original" | "reply";
function hopsOf(trace: Trace, direction: Direction): Set<string> {
  const hops = new Set<string>();
  for (const s of trace.steps)
    if (s.direction === direction && (s.kind === "rule" || s.kind === "chain-end"))
      hops.add(hopKey(s.place.table, s.place.chain, s.place.rule));
  return hops;
}

/** TRACE lines of a connection beside the hops that are predicted of its flow, along the way that agrees best. */
export function tracedLines(flow: LogFlow, p: Probe): ReadonlyMap<LoggedPacket, TracedLine> {
  const found = new Map<LoggedPacket, TracedLine>();
  const packets = firstPackets(flow);
  for (const direction of ["original", "reply"] as const) {
    const lines = [...comparable(p, packets[direction])];
    if (lines.length === 0) continue;
    const agreeing = (hops: ReadonlySet<string>): number =>
      lines.filter(([, may]) => may.some((hop) => hops.has(hop))).length;
    const ways = p.simulation.traces.map((t) => hopsOf(t, direction)).filter((hops) => hops.size > 0);
    const [best] = ways.sort((a, b) => agreeing(b) - agreeing(a));
    if (!best || (p.simulation.truncated && agreeing(best) < lines.length)) continue;
    for (const [line, may] of lines) {
      const agrees = may.some((hop) => best.has(hop));
      found.set(line, { verdict: agrees ? "agrees" : "contradicts", says: wordsOf(line, may, agrees) });
    }
  }
  return found;
}

function wordsOf({ trace }: LoggedPacket, may: readonly string[], agrees: boolean): Words {
  const chain = `${trace?.table} ${trace?.chain}`;
  const rule = may[0]?.split(" ")[2];
  const what =
    rule === "end"
      ? words(`It passes the end of ${chain}`, `报文走到 ${chain} 的末尾`)
      : words(`It meets rule ${rule} of ${chain}`, `报文命中 ${chain} 的第 ${rule} 条规则`);
  return agrees
    ? words(`${what.en}, as predicted.`, `${what["zh-CN"]}，与预测一致。`)
    : words(`${what.en} here, where the dumps predict another way.`, `${what["zh-CN"]}，而按这些输出应走另一条路。`);
}

const flowsOf = new WeakMap<readonly LoggedPacket[], readonly LogFlow[]>();
function tracedFlows(lines: readonly LoggedPacket[]): readonly LogFlow[] {
  const known = flowsOf.get(lines);
  if (known) return known;
  const traced = lines.some((l) => l.trace !== undefined) ? logFlows(lines) : [];
  flowsOf.set(lines, traced);
  return traced;
}

/**
 * The kernel's own trace shows every rule that the request is predicted to meet (but for table raw), and no other: what
 * these rules match is no assumption any more.
 */
export function traceSettles(p: Probe): boolean {
  for (const flow of tracedFlows(p.side.pasted.logs)) {
    if (probeOf(flow, [p]) === undefined) continue;
    const { original } = firstPackets(flow);
    const lines = [...comparable(p, original)];
    const all = new Set(lines.flatMap(([, may]) => may));
    const settled = p.simulation.traces.some((trace) => {
      const hops = [...hopsOf(trace, "original")].filter((hop) => !hop.startsWith("raw "));
      const own = new Set(hops);
      return (
        hops.length > 0 && hops.every((hop) => all.has(hop)) && lines.every(([, may]) => may.some((h) => own.has(h)))
      );
    });
    if (settled) return true;
  }
  return false;
}
