import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { sourceText } from "../../base/source.ts";
import { readNode } from "../../formats/read.ts";
import { guessFor } from "../../kube-proxy/expectations.ts";
import { parseIp } from "../../model/net/ip.ts";
import type { Packet } from "../../model/net/packet.ts";
import { fieldKey } from "../../model/net/symbolic.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import { endpointText, type Flow } from "../flow.ts";
import { simulate } from "../simulate.ts";
import type { Trace } from "../trace.ts";
import { known } from "./case-snapshot.ts";
import { agrees, type Hop, hopsOf, hopText } from "./hops.ts";
import type { CaseResult } from "./result.ts";
import { belowModelled } from "./support.ts";

interface TracedHop {
  readonly table: string;
  readonly chain: string;
  /** `rule:N`, `return:N`, `policy:N` as the kernel's TRACE says it. */
  readonly rule: string;
  readonly in: string | null;
  readonly out: string | null;
  readonly src: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number;
  readonly mark: string;
  readonly ruleText?: string;
}

interface SentPacket {
  readonly dev: string;
  readonly proto: string;
  readonly src: string;
  readonly dst: string;
  readonly inner?: { readonly src: string; readonly dst: string };
}

export interface Facts {
  readonly scenario: string;
  readonly client: string;
  readonly clientBind: string | null;
  readonly proto: "tcp" | "udp" | "sctp";
  readonly dst: string;
  readonly connectOk: boolean;
  readonly sourceChosen: string | null;
  /** Source of the first translated packet on that device; null also where nothing was captured there. */
  readonly sourceSeenOnEth0: string | null;
  readonly sourceSeenOnEth1?: string | null;
  readonly sourceSeenOnCni0?: string | null;
  readonly dnatTo: string | null;
  readonly snatTo: string | null;
  readonly marked: boolean;
  /** null: nat POSTROUTING was not walked. */
  readonly markedAtNatPostrouting: boolean | null;
  /** What the client's socket got; `0` or nothing: a connection. */
  readonly errno?: string;
  /** The client's address as the server printed it; null where no server answered. */
  readonly serverSaw?: string | null;
  /** The first packet that left by a card or a bridge for this connection, and what is in it; undefined: not recorded. */
  readonly sentOnWire?: SentPacket | null;
  readonly hops: readonly TracedHop[];
  readonly replyHops: readonly TracedHop[];
}

const nodeFiles = [
  "iptables-save.txt",
  "ip6tables-save.txt",
  "ipset-save.txt",
  "ipvsadm-Sn.txt",
  "ip-addr.txt",
  "ip-route-table-all.txt",
  "ip-rule.txt",
  "sysctl.txt",
  "uname.txt",
  "ipvsadm-Lnc-before.txt",
  "ss-lntu.txt",
];

/** Every folder below `dir` that holds a facts.json, in order of name. */
export function scenarioFolders(dir: string): string[] {
  if (existsSync(join(dir, "facts.json"))) return [dir];
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => scenarioFolders(join(dir, entry.name)))
    .sort();
}

/** Scenarios without `uname.txt` were recorded in one virtual machine. */
const recordedOn = { release: "6.1.0-56-cloud-amd64", at: { source: "facts.json", from: 0, to: 1 } };

/** Bridge ports as the kernel makes them, where no dump says otherwise. */
const defaults = { hairpinPorts: new Set<string>() };

export function playScenario(folder: string): CaseResult {
  const facts = JSON.parse(readFileSync(join(folder, "facts.json"), "utf8")) as Facts;
  const name = basename(folder);
  const read = (files: readonly string[]): NodeSnapshot =>
    readNode(
      files.filter((f) => existsSync(join(folder, f))).map((f) => sourceText(f, f, readFileSync(join(folder, f)))),
    ).snapshot;
  const node = known(read(nodeFiles));
  const snapshot = { ...node, kernel: node.kernel ?? recordedOn };
  const router = read(["router-ip-route-table-all.txt"]).routes.list;
  const world = {
    snapshot,
    beyond: { ...defaults, ...(router.length > 0 ? { router } : {}) },
    guess: guessFor(snapshot),
    masqueradeMark: 0x4000,
  };
  const flow = flowOf(facts);
  if (!flow) return { name, verdict: "failed", details: [`the flow cannot be read: ${facts.client} to ${facts.dst}`] };
  const unmodelled = belowModelled(
    snapshot,
    [...facts.hops, ...facts.replyHops].map((hop) => ({ ...hop, rule: ruleNumber(hop) })),
  );
  if (unmodelled.length > 0) return { name, verdict: "skipped", details: unmodelled };
  const simulation = simulate(world, flow);
  const open = simulation.traces.flatMap((t) => t.choices).filter((c) => c.because === "not-in-dumps");
  if (simulation.outcome === "undecidable" || open.length > 0)
    return {
      name,
      verdict: "failed",
      details: [`undecided: ${open.map((c) => c.question.en).join("; ") || simulation.traces[0]?.ending.says.en}`],
    };
  const results = simulation.traces.map((trace) => disagree(trace, facts, snapshot));
  if (results.some((r) => r.length === 0)) return { name, verdict: "passed", details: [] };
  const closest = [...results].sort((a, b) => a.length - b.length)[0];
  return { name, verdict: "failed", details: closest ?? ["nothing was played"] };
}

/** The address of a client that is not the node itself belongs to the question, not to the answer. */
export function flowOf(facts: Facts): Flow | undefined {
  const cut = facts.dst.lastIndexOf(":");
  const to = parseIp(facts.dst.slice(0, cut).replace(/^\[|\]$/g, ""));
  const port = Number(facts.dst.slice(cut + 1));
  if (to === undefined || !Number.isInteger(port)) return undefined;
  const from = facts.client === "node" ? "host" : facts.client.startsWith("pod") ? "pod" : "external";
  const own = from === "host" ? facts.clientBind : (facts.clientBind ?? facts.sourceChosen);
  const source = own === null ? undefined : parseIp(own);
  return { from, to, port, proto: facts.proto, ...(source === undefined ? {} : { source }) };
}

const ruleNumber = (hop: TracedHop): number => Number(hop.rule.slice(hop.rule.indexOf(":") + 1));

function disagree(trace: Trace, facts: Facts, snapshot: NodeSnapshot): string[] {
  const out: string[] = [];
  const say = (what: string, ours: unknown, kernel: unknown): void => {
    if (ours !== kernel) out.push(`${what}: ${String(ours)}, the kernel: ${String(kernel)}`);
  };
  const { summary, ending } = trace;
  say(
    `connectOk (${ending.outcome}, ${ending.reason})`,
    ["delivered", "wrong-source", "wrong-destination"].includes(ending.outcome),
    facts.connectOk,
  );
  // a loop ends with an ICMP error, or with none
  if (facts.errno !== undefined && ending.outcome !== "looped")
    say("refused", ending.outcome === "refused", refusals.has(facts.errno));
  if (facts.sourceChosen !== null && !agrees(summary.sourceChosen, facts.sourceChosen))
    say("sourceChosen", summary.sourceChosen, facts.sourceChosen);
  const translated = summary.dnatTo !== undefined;
  const onEth0 = translated && summary.sentBy === "eth0" ? summary.sourceSent : undefined;
  if (!agrees(onEth0, facts.sourceSeenOnEth0)) say("sourceSeenOnEth0", onEth0, facts.sourceSeenOnEth0);
  say(
    "dnatTo",
    summary.dnatTo ? endpointText(fieldKey(summary.dnatTo.address), fieldKey(summary.dnatTo.port)) : null,
    facts.dnatTo,
  );
  const captured = [facts.sourceSeenOnEth0, facts.sourceSeenOnEth1, facts.sourceSeenOnCni0].some(
    (s) => typeof s === "string",
  );
  if (captured && !agrees(summary.snatTo, facts.snatTo)) say("snatTo", summary.snatTo ?? null, facts.snatTo);
  out.push(...compareSent(trace, facts));
  say("marked", summary.marked, facts.marked);
  const requestHops = hopsOf(trace.steps.filter((s) => s.direction === "original"));
  const walked = requestHops.some((hop) => hop.table === "nat" && hop.chain === "POSTROUTING");
  say("markedAtNatPostrouting", walked ? summary.markedAtPostrouting : null, facts.markedAtNatPostrouting);
  out.push(...compareHops("hops", requestHops, facts.hops, snapshot));
  out.push(
    ...compareHops("replyHops", hopsOf(trace.steps.filter((s) => s.direction === "reply")), facts.replyHops, snapshot),
  );
  return out;
}

/** The socket is told that it will not be served: an ICMP error, a reset, or no route. */
const refusals = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EINVAL", "EACCES", "EPERM"]);

/** What left the node, and whom the server saw. */
function compareSent({ steps }: Trace, { sentOnWire, serverSaw }: Facts): string[] {
  const request = steps.filter((s) => s.direction === "original");
  const out: string[] = [];
  const wire = request.find((s) => s.kind === "wire")?.packet;
  const wrapping = request.find((s) => s.kind === "ipvs" && s.changes.some((c) => c.field === "proto"))?.packet;
  const sent = sentOnWire;
  const text = wire
    ? `${fieldKey(wire.out)} ${wire.proto} ${fieldKey(wire.src)} > ${fieldKey(wire.dst)}${wrapping ? ` (${fieldKey(wrapping.src)} > ${fieldKey(wrapping.dst)})` : ""}`
    : "nothing";
  const same = (packet: Packet | undefined, kernel: { src: string; dst: string } | undefined): boolean =>
    kernel === undefined
      ? packet === undefined
      : packet !== undefined && agrees(packet.src, kernel.src) && agrees(packet.dst, kernel.dst);
  const agreed =
    sent === undefined ||
    (sent === null
      ? wire === undefined
      : agrees(wire?.out, sent.dev) && wire?.proto === sent.proto && same(wire, sent) && same(wrapping, sent.inner));
  if (!agreed) out.push(`sent: ${text}, the kernel: ${sent ? JSON.stringify(sent) : "nothing"}`);
  const seen = request.find((s) => s.kind === "received")?.packet.src;
  if (typeof serverSaw === "string" && !agrees(seen, serverSaw))
    out.push(`the server sees ${seen === undefined ? "nothing" : fieldKey(seen)}, the kernel's ${serverSaw}`);
  return out;
}

function compareHops(
  name: string,
  simulated: readonly Hop[],
  kernel: readonly TracedHop[],
  snapshot: NodeSnapshot,
): string[] {
  const traced = oncePerRawChain(kernel.filter((hop) => hop.ruleText !== "the TRACE rule itself"));
  const ours = oncePerRawChain(simulated);
  for (let i = 0; i < Math.max(ours.length, traced.length); i++) {
    const mine = ours[i];
    const theirs = traced[i];
    if (mine && theirs && sameHop(mine, theirs, snapshot)) continue;
    const kernelText = traced
      .slice(Math.max(0, i - 2), i + 2)
      .map(
        (h) =>
          `  ${h.table} ${h.chain} ${h.rule} in ${h.in ?? "-"} out ${h.out ?? "-"} ${h.src}:${h.sport} > ${h.dst}:${h.dport} mark ${h.mark}`,
      );
    return [
      `${name} differ at ${i + 1}\npath taken:\n${
        ours
          .slice(Math.max(0, i - 2), i + 2)
          .map((h) => `  ${hopText(h)}`)
          .join("\n") || "  (nothing)"
      }\npath expected:\n${kernelText.join("\n") || "  (nothing)"}`,
    ];
  }
  return [];
}

/** Tracing begins at some rule of raw, so of raw only counts that the chain was walked. */
function oncePerRawChain<T extends { readonly table: string; readonly chain: string; readonly out: unknown }>(
  hops: readonly T[],
): T[] {
  return hops.filter((hop, i) => {
    const before = hops[i - 1];
    return !(
      before &&
      hop.table === "raw" &&
      before.table === "raw" &&
      before.chain === hop.chain &&
      before.out === hop.out
    );
  });
}

/**
 * The word of a TRACE line is wrong for unconditional verdicts: a number within the chain is a rule, whatever it says.
 * In raw only chain and hook count, since the tracing rules stand there.
 */
function sameHop(ours: Hop, kernel: TracedHop, snapshot: NodeSnapshot): boolean {
  if (ours.table !== kernel.table || ours.chain !== kernel.chain) return false;
  if (kernel.table === "raw") return true;
  const rules =
    snapshot.iptables
      .get(kernel.src.includes(":") ? 6 : 4)
      ?.tables.get(ours.table as never)
      ?.chains.get(ours.chain)?.rules.length ?? 0;
  const number = ruleNumber(kernel);
  if ((number <= rules ? number : null) !== ours.rule) return false;
  return (
    agrees(ours.in, kernel.in) &&
    agrees(ours.out, kernel.out) &&
    agrees(ours.src, kernel.src) &&
    agrees(ours.dst, kernel.dst) &&
    agrees(ours.sport, kernel.sport) &&
    agrees(ours.dport, kernel.dport) &&
    ours.mark === Number(kernel.mark)
  );
}
