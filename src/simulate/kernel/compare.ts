import { sourceText } from "../../base/source.ts";
import { readNode } from "../../formats/read.ts";
import { parseIp } from "../../model/net/ip.ts";
import { fieldKey, isSymbolic } from "../../model/net/symbolic.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { Route } from "../../model/routing/route.ts";
import { known } from "../conformance/case-snapshot.ts";
import { agrees, type Hop, hopsOf, hopText } from "../conformance/hops.ts";
import type { Flow } from "../flow.ts";
import { simulate } from "../simulate.ts";
import type { Step, Trace } from "../trace.ts";
import type { World } from "../world.ts";
import type { Dumps } from "./node-state.ts";
import type { Observed } from "./observe.ts";
import { bridge, exists, familyOfText, peers } from "./places.ts";
import type { TraceLine } from "./recorder.ts";
import type { Attempt } from "./scenario.ts";

/** The node as natlens reads it from what its commands printed, and the world around it. */
export interface Model {
  readonly snapshot: NodeSnapshot;
  /** The kernel's trace shows the rules of these dumps. */
  readonly traced: boolean;
  readonly worlds: Readonly<Record<"eth0" | "eth1", World>>;
}

export function modelOf(dumps: Dumps, routers: Readonly<Record<"eth0" | "eth1", string>>, traced: boolean): Model {
  const sources = [...dumps].map(([file, text]) => sourceText(file, `${file}.txt`, text));
  const snapshot = known(readNode(sources).snapshot);
  const portOf = new Map(
    peers.filter((peer) => peer.dev.startsWith("veth")).flatMap((p) => p.addresses.map((a) => [a, p.dev] as const)),
  );
  const router = (text: string): readonly Route[] =>
    readNode([sourceText("router", "router", text)]).snapshot.routes.list;
  const world = (text: string): World => ({
    snapshot,
    beyond: { portOf, router: router(text) },
    guess: () => undefined,
    masqueradeMark: 0x4000,
  });
  return { snapshot, traced, worlds: { eth0: world(routers.eth0), eth1: world(routers.eth1) } };
}

export type Verdict =
  | { readonly kind: "agrees" }
  /** The simulator cannot know how a packet from outside comes to this node. */
  | { readonly kind: "not-comparable"; readonly because: string }
  /** The trace of it was, on a busy machine. */
  | { readonly kind: "lost" }
  /** `way`: natlens's own, of all that are possible the one that agrees best. */
  | { readonly kind: "disagrees"; readonly details: readonly string[]; readonly way: readonly string[] };

export function compare(model: Model, observed: Observed): Verdict {
  const traces = tracesOf(model, observed.attempt);
  const elsewhere = entersElsewhere(traces, observed);
  if (elsewhere !== undefined) return { kind: "not-comparable", because: elsewhere };
  const results = traces.map((trace) => ({ trace, details: disagreements(model, trace, observed) }));
  if (isUntraced(model, observed) && !results.some((r) => r.details.length === 0)) return { kind: "lost" };
  const [closest] = results.sort((a, b) => a.details.length - b.details.length);
  if (!closest) return { kind: "disagrees", details: ["no way was found"], way: [] };
  const way = closest.trace.steps.map((s) => `${s.direction} ${s.says.en}`);
  const open = traces.flatMap((t) => t.choices).filter((c) => c.because === "not-in-dumps");
  const undecided = [...new Set(open.map((c) => `undecided: ${c.question.en} ${ruleAsked(model, observed, c.id)}`))];
  if (undecided.length > 0 && !traces.some(hasDrawnPort)) return { kind: "disagrees", details: undecided, way };
  return closest.details.length === 0 ? { kind: "agrees" } : { kind: "disagrees", details: closest.details, way };
}

/** Text of the rule that a choice `rule:TABLE/CHAIN/NUMBER:HOOK:…` is about. */
function ruleAsked({ snapshot }: Model, { attempt }: Observed, id: string): string {
  const [, table = "", chain = "", number = ""] = /^rule:([^/]+)\/([^/]+)\/(\d+):/.exec(id) ?? [];
  return ruleAt(snapshot, familyOfText(attempt.to), table, chain, Number(number));
}

function ruleAt(snapshot: NodeSnapshot, family: 4 | 6, table: string, chain: string, number: number): string {
  const found = snapshot.iptables
    .get(family)
    ?.tables.get(table as TableName)
    ?.chains.get(chain);
  const rule = found && number <= found.rules.length ? found.rules.at(number - 1) : undefined;
  return rule ? printRule(rule) : "";
}

function flowOf(attempt: Attempt): Flow | undefined {
  const to = parseIp(attempt.to);
  const source = attempt.source === undefined ? undefined : parseIp(attempt.source);
  if (to === undefined) return undefined;
  return {
    from: attempt.vantage,
    to,
    port: attempt.port,
    proto: attempt.proto,
    ...(source === undefined ? {} : { source }),
  };
}

/** Ways that leave by eth1 go on in the world behind eth1; those that come back from behind eth0 may leave by eth1 later. */
function tracesOf({ worlds }: Model, attempt: Attempt): Trace[] {
  const flow = flowOf(attempt);
  if (!flow) return [];
  const byEth1 = (trace: Trace): boolean => trace.steps.find((s) => s.kind === "wire")?.iface === "eth1";
  return [
    ...simulate(worlds.eth0, flow).traces.filter((trace) => !byEth1(trace)),
    ...simulate(worlds.eth1, flow).traces.filter(byEth1),
  ];
}

/** It passed the node, and yet the kernel says nothing of it: the machine was too busy to read what it said. */
const isUntraced = ({ traced }: Model, { request, entered, left, tried, attempt }: Observed): boolean => {
  const bridged = entered?.dev.startsWith("veth") === true && left?.dev.startsWith("veth") === true;
  const passed = left !== undefined || (tried.connected && attempt.vantage === "host");
  return traced && request.length === 0 && !bridged && passed;
};

/** NAT drew a port from a range: what a rule says of it is not decided, and no dump could tell. */
const hasDrawnPort = (trace: Trace): boolean =>
  trace.steps.some(({ packet }) =>
    [packet.sport, packet.dport].some((p) => isSymbolic(p) && /^nat-port|^dnat-port/.test(p.symbol)),
  );

function entersElsewhere(traces: readonly Trace[], { attempt, entered, request }: Observed): string | undefined {
  if (attempt.vantage === "host") return undefined;
  if (!entered && request.length === 0) return "the packet did not come to the node";
  if (!entered) return undefined;
  const dev = overBridge(entered.dev);
  const expected = traces[0]?.steps.find((s) => s.packet.in !== null)?.packet.in ?? null;
  if (isSymbolic(expected)) return "by which device it comes in cannot be told";
  return agrees(expected, dev) ? undefined : `it came in by ${dev}`;
}

const overBridge = (dev: string): string => (dev.startsWith("veth") ? bridge.dev : dev);

/** Behind that device is somebody who has the address. */
const isReached = (dev: string, address: string): boolean =>
  exists(address) &&
  peers.some(
    (peer) => overBridge(peer.dev) === dev && (peer.addresses.includes(address) || peer.behind.includes(address)),
  );

function disagreements(model: Model, trace: Trace, observed: Observed): string[] {
  const hops = (steps: readonly Step[], direction: string): Hop[] =>
    hopsOf(steps.filter((s) => s.direction === direction));
  const leaves = trace.steps.findIndex((s) => s.kind === "wire");
  const wire = trace.steps[leaves];
  // whoever is not asked for it does not send a packet on, as a router would
  const isHere = wire?.kind !== "wire" || isReached(wire.iface, fieldKey(wire.packet.dst));
  const out = compareHops(
    model,
    "request",
    hops(isHere ? trace.steps : trace.steps.slice(0, leaves), "original"),
    observed.request,
  );
  if (!isHere) return out;
  const { left, tried } = observed;
  if (wire?.kind === "wire") {
    const ours = `${wire.iface} ${ends(wire.packet)}`;
    const same =
      left !== undefined &&
      overBridge(left.dev) === wire.iface &&
      (["src", "dst", "sport", "dport"] as const).every((field) => agrees(wire.packet[field], left.packet[field]));
    if (!same) out.push(`leaves: ${ours}, the kernel: ${left ? `${left.dev} ${ends(left.packet)}` : "does not"}`);
  } else if (left !== undefined) out.push(`leaves: not at all, the kernel: ${left.dev} ${ends(left.packet)}`);
  out.push(...compareHops(model, "answer", hops(trace.steps, "reply"), observed.answer));
  const { outcome, reason } = trace.ending;
  if (answersElsewhere(observed)) return out;
  const made = outcome === "delivered" || outcome === "wrong-source";
  const end = `${outcome} (${reason})`;
  // ip_error sends one a second to each source (net.ipv4.route.error_cost), so a route that refuses may keep silent
  if (made !== gotAnswer(observed))
    out.push(
      `${end}, the kernel: ${gotAnswer(observed) ? "connected" : `not connected${tried.error ? `, ${tried.error}` : ""}`}`,
    );
  else if (outcome === "refused" && reason !== "no-route" && !observed.error && tried.error === undefined)
    out.push(`${end}, the kernel: no error`);
  // (and where nobody answers to ARP, the error comes after three seconds)
  else if (outcome === "dropped" && reason !== "no-neighbour" && observed.error)
    out.push(`${end}, the kernel: sends an error`);
  return out;
}

/**
 * The answer came to the socket. What became of the packets behind it is another question: a reset of them, or an ICMP error
 * about them (SO_ERROR hands out soft errors, too), fails the connect() that waits, and is no error about the first packet.
 */
const gotAnswer = ({ attempt, tried, answer, error }: Observed): boolean =>
  tried.connected || (attempt.proto === "tcp" && tried.error !== undefined && answer.length > 0 && !error);

/** A client outside may be reached by another way than it came; whether it is here, the node cannot know. */
const answersElsewhere = ({ attempt, answer, entered }: Observed): boolean =>
  attempt.vantage === "external" &&
  answer.length > 0 &&
  answer.at(-1)?.hook === "POSTROUTING" &&
  answer.at(-1)?.out !== entered?.dev;

const ends = (p: { src: unknown; sport: unknown; dst: unknown; dport: unknown }): string => {
  const show = (value: unknown): string => (value === null ? "-" : fieldKey(value as never));
  return `${show(p.src)}:${show(p.sport)} > ${show(p.dst)}:${show(p.dport)}`;
};

function compareHops(
  { snapshot, traced }: Model,
  name: string,
  ours: readonly Hop[],
  kernel: readonly TraceLine[],
): string[] {
  if (!traced) return [];
  for (let i = 0; i < Math.max(ours.length, kernel.length); i++) {
    const mine = ours[i];
    const theirs = kernel[i];
    if (mine && theirs && sameHop(mine, theirs)) continue;
    const from = Math.max(0, i - 2);
    const mark = (at: number): string => (from + at === i ? ">" : " ");
    const mineText = ours.slice(from, i + 2).map((hop, at) => `${mark(at)} ${hopText(hop)}`);
    const theirText = kernel.slice(from, i + 2).map((line, at) => `${mark(at)} ${lineText(snapshot, line)}`);
    return [
      `${name} differs at hop ${i + 1}\npath taken:\n${mineText.join("\n") || "  (nothing)"}\nthe kernel's:\n${theirText.join("\n") || "  (nothing)"}`,
    ];
  }
  return [];
}

function sameHop(ours: Hop, kernel: TraceLine): boolean {
  const number = ours.rule ?? (ours.rules ?? 0) + 1;
  return (
    ours.hook === kernel.hook &&
    ours.table === kernel.table &&
    ours.chain === kernel.chain &&
    number === kernel.number &&
    ours.mark === kernel.mark &&
    agrees(ours.in, kernel.in) &&
    agrees(ours.out, kernel.out) &&
    (ours.physin === undefined || agrees(ours.physin, kernel.physin)) &&
    (ours.physout === undefined || agrees(ours.physout, kernel.physout)) &&
    (["src", "dst", "sport", "dport"] as const).every((field) => agrees(ours[field], kernel.packet[field]))
  );
}

/** A line of the kernel's trace, with the rule as the dump has it. */
export function lineText(snapshot: NodeSnapshot, line: TraceLine): string {
  const { hook, table, chain, number, physin, physout, packet, mark } = line;
  const phys = physin || physout ? ` phys ${physin ?? "-"}/${physout ?? "-"}` : "";
  const rule = ruleAt(snapshot, packet.family, table, chain, number);
  return `${hook} ${table} ${chain}:${number} in ${line.in ?? "-"} out ${line.out ?? "-"}${phys} ${ends(packet)} mark ${mark}  ${rule}`;
}
