import { words } from "../../base/words.ts";
import { parseIp } from "../../model/net/ip.ts";
import type { Packet } from "../../model/net/packet.ts";
import { fieldKey, isSymbolic } from "../../model/net/symbolic.ts";
import { freshSkb } from "../conntrack.ts";
import { explore } from "../explore.ts";
import { type Fate, fromProcess, fromWire, keyOf } from "../path.ts";
import { lookUp } from "../routing.ts";
import type { Run } from "../run.ts";
import type { Ending, Step } from "../trace.ts";
import type { World } from "../world.ts";
import { type CaseDumps, snapshotOfCase } from "./case-snapshot.ts";
import { portsFromBridge } from "./frames.ts";
import { agrees, type Hop, hopsOf, hopText } from "./hops.ts";
import type { CaseResult } from "./result.ts";
import { belowModelled } from "./support.ts";
import { enteredBy, peerBehind, portMap, portTo, wireLine } from "./topology.ts";

export interface RecordedPacket {
  readonly src: string;
  readonly dst: string;
  readonly proto: string;
  readonly sport?: number | null;
  readonly dport?: number | null;
  readonly flags?: string;
  readonly ttl?: number;
  readonly tos?: number;
  readonly len?: number;
  readonly mark?: number;
  readonly in?: string | null;
  readonly out?: string | null;
  readonly physin?: string;
  readonly physout?: string;
  readonly smac?: string;
  readonly dmac?: string;
  readonly uid?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
}

/** A packet as the scenario asks for it. */
interface AskedPacket {
  /** The packet that an ICMP error is about. */
  readonly inner?: RecordedPacket;
}

interface RecordedOutcome {
  readonly sent: RecordedPacket | null;
  readonly hops: readonly Record<string, unknown>[];
  readonly delivered: string;
}

export interface RecordedCase {
  readonly scenario: {
    readonly name: string;
    readonly topology?: string;
    readonly packet: AskedPacket;
    readonly before?: readonly AskedPacket[];
    readonly hairpin?: readonly string[];
    readonly nondeterministic?: unknown;
  };
  readonly result: RecordedOutcome & {
    readonly dumps: CaseDumps;
    readonly input?: RecordedPacket;
    readonly output?: RecordedPacket;
    readonly wire?: readonly (RecordedPacket & {
      readonly dev: string;
      readonly dir: string;
      readonly reply?: boolean;
    })[];
    readonly conntrack?: readonly {
      readonly proto: string;
      readonly orig: RecordedPacket;
      readonly reply: RecordedPacket;
    }[];
    readonly before?: readonly RecordedOutcome[];
  };
}

/** What one run says of the tested packet. */
interface Played {
  readonly run: Run;
  readonly fate: Fate;
  readonly steps: readonly Step[];
  readonly sent: RecordedPacket;
  readonly afterPrerouting: Packet | undefined;
}

export function playCase(recorded: RecordedCase): CaseResult {
  const { scenario, result } = recorded;
  const { name } = scenario;
  if (!result?.dumps) return { name, verdict: "failed", details: ["the case holds no result"] };
  const topology = scenario.topology ?? "bridge";
  const snapshot = snapshotOfCase(result.dumps);
  const world: World = {
    snapshot,
    beyond: { portOf: portMap(topology), hairpinPorts: new Set(scenario.hairpin ?? []) },
    guess: () => undefined,
    fresh: true,
    tracks: true,
    masqueradeMark: 0x4000,
  };
  const flow = { from: "host", to: parseIp("0.0.0.0") as never, port: 0, proto: "tcp" } as const;
  const played: Played[] = [];
  const notSent = result.sent === null;
  const { truncated } = explore(world, flow, (run) => {
    for (const [i, earlier] of (result.before ?? []).entries())
      if (earlier.sent) send(run, earlier.sent, topology, scenario.before?.[i]);
    run.steps.length = 0;
    run.leftAt.clear();
    if (result.sent === null) return run.stop("refused", "not-sent", words("", ""), unsentPacket);
    const { fate, afterPrerouting } = send(run, result.sent, topology, scenario.packet);
    played.push({ run, fate, steps: [...run.steps], sent: result.sent, afterPrerouting });
    return fate.kind === "ended" ? fate.ending : run.stop("delivered", "end", words("", ""), unsentPacket);
  });
  const unmodelled = belowModelled(snapshot, result.hops);
  if (unmodelled.length > 0) return { name, verdict: "skipped", details: unmodelled };
  if (notSent)
    return result.hops.length === 0
      ? { name, verdict: "passed", details: [] }
      : { name, verdict: "failed", details: ["the kernel sent nothing, yet has hops"] };
  const disagreements = played.map((p) => disagree(p, recorded, topology));
  const open = played.length > 1 && scenario.nondeterministic === undefined;
  const agreeing = disagreements.findIndex((d) => d.length === 0);
  if (open)
    return {
      name,
      verdict: "failed",
      details: [
        `undecided: ${played.length}${truncated ? "+" : ""} ways, by ${played[0]?.run.choices.map((c) => c.question.en).join("; ")}`,
      ],
    };
  if (agreeing !== -1) return { name, verdict: "passed", details: [] };
  return { name, verdict: "failed", details: disagreements[0] ?? ["nothing was played"] };
}

const unsentPacket: Packet = {
  family: 4,
  proto: "tcp",
  src: "0.0.0.0" as never,
  dst: "0.0.0.0" as never,
  sport: 0,
  dport: 0,
  mark: 0,
  in: null,
  out: null,
  flags: "",
};

function send(
  run: Run,
  sent: RecordedPacket,
  topology: string,
  asked: AskedPacket | undefined,
): { fate: Fate; afterPrerouting: Packet | undefined } {
  const skb = freshSkb({ ...packetOf(sent), ...aboutOf(asked) });
  const first = run.steps.length;
  const after = (fate: Fate): { fate: Fate; afterPrerouting: Packet | undefined } => ({
    fate,
    afterPrerouting: run.steps.slice(first).find((s) => s.kind === "routed" || s.kind === "stopped")?.packet,
  });
  if (sent.in) return after(fromWire(run, skb, sent.in, portsFromBridge(run, sent, topology)));
  const route = lookUp(run, keyOf(skb));
  if (route.type !== "unicast" && route.type !== "local" && route.type !== "broadcast")
    return after({ kind: "ended", ending: run.stop("refused", "no-route", words("no route", "no route"), skb.packet) });
  return after(fromProcess(run, skb, route));
}

/** The packet that an ICMP error quotes is in the scenario alone. */
function aboutOf(asked: AskedPacket | undefined): Pick<Packet, "about"> {
  if (!asked?.inner) return {};
  const { proto, src, dst, sport, dport } = packetOf(asked.inner);
  return { about: { proto, src, dst, sport, dport } };
}

/** ICMP's id stands for both ports in conntrack's tuple; so it does here. */
function packetOf(sent: RecordedPacket): Packet {
  const address = (text: string): Packet["src"] => parseIp(text) ?? (text as never);
  return {
    family: sent.src.includes(":") ? 6 : 4,
    proto: sent.proto,
    src: address(sent.src),
    dst: address(sent.dst),
    sport: sent.sport ?? sent.icmpId ?? 0,
    dport: sent.dport ?? sent.icmpId ?? 0,
    mark: sent.mark ?? 0,
    in: sent.in ?? null,
    out: sent.out ?? null,
    flags: sent.flags ?? "",
    ...(sent.ttl === undefined ? {} : { ttl: sent.ttl }),
    ...(sent.tos === undefined ? {} : { tos: sent.tos }),
    ...(sent.len === undefined ? {} : { length: sent.len }),
    ...(sent.uid === undefined ? {} : { uid: sent.uid, gid: sent.uid }),
    ...(sent.icmpType === undefined ? {} : { icmpType: sent.icmpType }),
    ...(sent.icmpCode === undefined ? {} : { icmpCode: sent.icmpCode }),
    ...(sent.smac === undefined ? {} : { sourceMac: sent.smac }),
  };
}

const hopFields = [
  "hook",
  "table",
  "chain",
  "rule",
  "kind",
  "target",
  "verdict",
  "in",
  "out",
  "physin",
  "physout",
  "src",
  "dst",
  "sport",
  "dport",
  "mark",
] as const;

function disagree(played: Played, recorded: RecordedCase, topology: string): string[] {
  const { result } = recorded;
  const out: string[] = [];
  const ours = hopsOf(played.steps);
  const wrong = firstWrongHop(ours, result.hops);
  if (wrong !== -1) {
    out.push(`packet ${JSON.stringify(played.sent)}`);
    out.push(`path taken:\n${around(ours, wrong)}`);
    out.push(`path expected:\n${around(result.hops as unknown as Hop[], wrong)}`);
  }
  const delivered = deliveredOf(played, recorded, topology);
  if (delivered !== result.delivered && result.delivered !== "held")
    out.push(`delivered: ${delivered}, the kernel: ${result.delivered}${endingText(played.fate)}`);
  out.push(
    ...comparePacket("input", played.run.leftAt.get("INPUT"), result.input),
    ...comparePacket("output", played.run.leftAt.get("POSTROUTING"), result.output),
  );
  out.push(...compareWire(played, recorded, topology), ...compareConntrack(played, result.conntrack ?? []));
  return out;
}

const endingText = (fate: Fate): string => (fate.kind === "ended" ? ` (${(fate.ending satisfies Ending).reason})` : "");

function firstWrongHop(ours: readonly Hop[], kernel: readonly Record<string, unknown>[]): number {
  for (let i = 0; i < Math.max(ours.length, kernel.length); i++) {
    const mine = ours[i];
    const theirs = kernel[i];
    if (!mine || !theirs || hopFields.some((field) => !agrees(mine[field], theirs[field]))) return i;
  }
  return -1;
}

const around = (hops: readonly Hop[], at: number): string =>
  hops
    .slice(Math.max(0, at - 3), at + 3)
    .map((hop, i) => `${Math.max(0, at - 3) + i === at ? ">" : " "} ${hopText(hop)}`)
    .join("\n") || "  (nothing)";

function deliveredOf(played: Played, recorded: RecordedCase, topology: string): string {
  const { fate, run } = played;
  if (fate.kind === "ended") return "dropped";
  if (fate.kind === "local") return "local";
  const packet = run.leftAt.get("POSTROUTING");
  return peerBehind(topology, fate.dev, nextHop(fate, packet, recorded));
}

const nextHop = (fate: Extract<Fate, { kind: "out" }>, packet: Packet | undefined, recorded: RecordedCase): string =>
  fate.via === undefined ? fieldKey(packet?.dst ?? recorded.result.sent?.dst ?? (null as never)) : fieldKey(fate.via);

const packetFields = [
  ["src", "src"],
  ["dst", "dst"],
  ["sport", "sport"],
  ["dport", "dport"],
  ["mark", "mark"],
  ["in", "in"],
  ["out", "out"],
  ["physin", "physin"],
  ["physout", "physout"],
  ["ttl", "ttl"],
  ["tos", "tos"],
] as const;

function comparePacket(name: string, ours: Packet | undefined, kernel: RecordedPacket | undefined): string[] {
  if (!ours && !kernel) return [];
  if (!ours || !kernel)
    return [`${name}: ${ours ? "got there" : "did not get there"}, the kernel's ${kernel ? "did" : "did not"}`];
  const portless = kernel.sport === undefined;
  const noPortIn = kernel.physin === undefined && ours.in === null; // named beside the device only
  return packetFields
    .filter(
      ([mine, theirs]) =>
        !(portless && (mine === "sport" || mine === "dport")) &&
        !(noPortIn && mine === "physin") &&
        !agrees(ours[mine], kernel[theirs]),
    )
    .map(
      ([mine, theirs]) =>
        `${name}.${mine}: ${String(isSymbolic(ours[mine]) ? fieldKey(ours[mine]) : ours[mine])}, the kernel: ${String(kernel[theirs])}`,
    );
}

/** Packets on the wires, in order, each as the interface shows it. */
function compareWire(played: Played, recorded: RecordedCase, topology: string): string[] {
  const kernel = (recorded.result.wire ?? []).filter((w) => !w.reply);
  const expected = kernel.map((w) => wireLine(w.dev, w.dir, packetOf(w)));
  const ours: [string, string, Packet][] = [];
  const { sent, fate, run, afterPrerouting } = played;
  const start = packetOf(sent);
  const left = run.leftAt.get("POSTROUTING");
  if (sent.in) {
    const port = sent.physin ?? enteredBy(topology, run.world.snapshot, sent);
    ours.push([port ?? sent.in, "in", start]);
    if (port && (sent.physin ? passedUp(played) : !isBridged(played)))
      ours.push([sent.in, "in", sent.physin ? (afterPrerouting ?? start) : start]);
  }
  if (left) {
    const dev = fieldKey(left.out);
    const bridged = fate.kind === "out" && fate.port !== undefined;
    if (!bridged) ours.push([dev, "out", left]);
    if (dev === "lo") ours.push(["lo", "in", left]);
    const hop = fate.kind === "out" ? nextHop(fate, left, recorded) : fieldKey(left.dst);
    const port =
      bridged && fate.kind === "out"
        ? fieldKey(fate.port ?? null)
        : portTo(topology, run.world.snapshot, left.out, hop);
    const unknown = dev !== "lo" && peerBehind(topology, left.out, hop).startsWith("unresolved");
    if (unknown && !bridged && ours.length > 0) ours.pop();
    else if (port) ours.push([port, "out", left]);
  } else if (fate.kind === "out" && fate.port !== undefined) ours.push([fieldKey(fate.port), "out", start]);
  const lines = ours.map(([dev, dir, packet]) => wireLine(dev, dir, packet));
  const same = lines.length === expected.length && lines.every((line, i) => sameWire(line, expected[i] ?? ""));
  return same ? [] : [`wire:\n  ${lines.join("\n  ")}\nthe kernel's:\n  ${expected.join("\n  ")}`];
}

/** A symbolic address or port on our side agrees with any. */
const sameWire = (ours: string, kernel: string): boolean => {
  const a = ours.split(/[ :]/);
  const b = kernel.split(/[ :]/);
  return a.length === b.length && a.every((word, i) => word === b[i] || word.startsWith("?"));
};

/** A bridged frame that was handed up to the IP stack shows on the bridge itself. */
const passedUp = (played: Played): boolean =>
  played.fate.kind !== "ended"
    ? !isBridged(played)
    : played.steps.some((s) => s.kind === "routed" && !s.packet.physout) ||
      played.steps.some((s) => s.kind === "stopped" && endedAfterBridge(played));

const isBridged = ({ fate }: Played): boolean => fate.kind === "out" && fate.port !== undefined;

function endedAfterBridge(played: Played): boolean {
  if (played.fate.kind !== "ended") return false;
  return [
    "no-route",
    "martian-source",
    "martian-destination",
    "rp-filter",
    "forwarding-off",
    "blackhole-route",
    "ttl-exceeded",
    "multicast",
  ].includes(played.fate.ending.reason);
}

function compareConntrack(played: Played, kernel: NonNullable<RecordedCase["result"]["conntrack"]>): string[] {
  const text = (proto: string, t: RecordedPacket): string =>
    proto === "icmp" ? `${proto} ${t.src} > ${t.dst}` : `${proto} ${t.src}:${t.sport ?? 0} > ${t.dst}:${t.dport ?? 0}`;
  const own = (t: {
    proto: string;
    src: Packet["src"];
    dst: Packet["dst"];
    sport: Packet["sport"];
    dport: Packet["dport"];
  }): string =>
    t.proto === "icmp"
      ? `${t.proto} ${fieldKey(t.src)} > ${fieldKey(t.dst)}`
      : `${t.proto} ${fieldKey(t.src)}:${fieldKey(t.sport)} > ${fieldKey(t.dst)}:${fieldKey(t.dport)}`;
  const ours = played.run.connections.map((c) => `${own(c.original)} | ${own(c.reply)}`).sort();
  const theirs = kernel.map((c) => `${text(c.proto, c.orig)} | ${text(c.proto, c.reply)}`).sort();
  const same = ours.length === theirs.length && ours.every((line, i) => sameWire(line, theirs[i] ?? ""));
  return same ? [] : [`conntrack: ${ours.join("; ") || "none"}\nthe kernel's: ${theirs.join("; ") || "none"}`];
}
