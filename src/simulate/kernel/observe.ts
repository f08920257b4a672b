import type { Tried } from "./agent-protocol.ts";
import { familyOfText, peers } from "./places.ts";
import type { Frame, TraceLine } from "./recorder.ts";
import type { Attempt } from "./scenario.ts";

export interface NumberedTry extends Attempt {
  readonly n: number;
  readonly sport: number;
  readonly after: number;
}

/** What the kernel did with one attempt. */
export interface Observed {
  readonly attempt: NumberedTry;
  readonly tried: Tried;
  /** The first packet's way through the node. */
  readonly request: readonly TraceLine[];
  /** The first answer's. */
  readonly answer: readonly TraceLine[];
  /** Where the first packet came in from outside. */
  readonly entered?: Frame;
  /** As it left the node, by something else than lo. */
  readonly left?: Frame;
  readonly answerEntered?: Frame;
  /** A reset or an ICMP error about it, wherever it was seen. */
  readonly error: boolean;
}

export function observe(
  attempts: readonly NumberedTry[],
  tried: ReadonlyMap<number, Tried>,
  lines: readonly TraceLine[],
  frames: readonly Frame[],
): Observed[] {
  const flows = flowsOf(attempts, lines, frames);
  const linesOf = grouped(lines, flows);
  const framesOf = grouped(frames, flows);
  return attempts.map((attempt) => {
    const ownLines = linesOf.get(attempt.n) ?? [];
    const ownFrames = framesOf.get(attempt.n) ?? [];
    const incoming = (kind: string): Frame | undefined =>
      firstCopy(ownFrames, kind).find((f) => !f.out && linkDevices.has(f.dev));
    const entered = incoming("request");
    const left = firstCopy(ownFrames, "request").findLast((f) => f.out && f.dev !== "lo");
    const answerEntered = incoming("answer");
    return {
      attempt,
      tried: tried.get(attempt.n) ?? { n: attempt.n, connected: false },
      request: firstCopy(ownLines, "request"),
      answer: firstCopy(ownLines, "answer"),
      ...(entered ? { entered } : {}),
      ...(left ? { left } : {}),
      ...(answerEntered ? { answerEntered } : {}),
      error: [...ownLines, ...ownFrames].some((one) => one.packet.kind === "error"),
    };
  });
}

const linkDevices = new Set(peers.map((peer) => peer.dev));

/** Attempts by what their packets are known by. TCP's is read off the first packet with the source port of the attempt. */
function flowsOf(
  attempts: readonly NumberedTry[],
  lines: readonly TraceLine[],
  frames: readonly Frame[],
): ReadonlyMap<string, number> {
  const flows = new Map(attempts.map((a) => [`udp ${a.n}`, a.n]));
  const bySport = new Map(attempts.map((a) => [`${familyOfText(a.to)} ${a.sport}`, a.n]));
  for (const { packet } of [...lines, ...frames]) {
    const n = bySport.get(`${packet.family} ${packet.sport}`);
    if (packet.kind === "request" && packet.proto === "tcp" && n !== undefined && !flows.has(packet.flow))
      flows.set(packet.flow, n);
  }
  return flows;
}

function grouped<T extends TraceLine | Frame>(
  list: readonly T[],
  flows: ReadonlyMap<string, number>,
): Map<number, T[]> {
  const found = new Map<number, T[]>();
  for (const one of list) {
    const n = flows.get(one.packet.flow);
    if (n === undefined) continue;
    const own = found.get(n);
    if (own) own.push(one);
    else found.set(n, [one]);
  }
  return found;
}

/** The packet itself, not its repetitions. */
function firstCopy<T extends TraceLine | Frame>(list: readonly T[], kind: string): T[] {
  const ofKind = list.filter((one) => one.packet.kind === kind);
  const copy = ofKind[0]?.packet.copy;
  return ofKind.filter((one) => one.packet.copy === copy);
}
