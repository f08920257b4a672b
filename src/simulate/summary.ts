import { type Address, fieldKey } from "../model/net/symbolic.ts";
import type { Run } from "./run.ts";
import type { Step, Summary } from "./trace.ts";

/** The packet after a step: its changes applied. */
/** The packet as a step leaves it. */
export function after(step: Step): Step["packet"] {
  let packet = step.packet;
  for (const change of step.changes) packet = { ...packet, [change.field]: change.after };
  return packet;
}

/** What people ask of a trace first, read off its request steps. */
export function summarise(run: Run): Summary {
  const request = run.steps.filter((s) => s.direction === "original");
  const bit = run.world.masqueradeMark;
  const chosen = request.find((s) => s.kind === "source-chosen" || s.kind === "sent");
  const tunnel = request.findIndex(wraps);
  // the outer packet is IPVS's own: the server sees the one in it, which nothing translates any more
  const own = tunnel === -1 ? request : request.slice(0, tunnel);
  const wire = request.find((s) => s.kind === "wire");
  const sent = tunnel === -1 ? wire?.packet : request[tunnel]?.packet;
  const nat = own.filter((s) => (s.kind === "nat" && !s.undo) || (s.kind === "ipvs" && s.what === "scheduled"));
  const dnat = [...nat].reverse().find((s) => s.changes.some((c) => c.field === "dst" || c.field === "dport"));
  const snat = [...nat].reverse().find((s) => s.changes.some((c) => c.field === "src" || c.field === "sport"));
  const natPost = request.find(
    (s) => (s.kind === "nat-considered" || s.kind === "nat" || isNatPost(s)) && hookOf(s) === "POSTROUTING",
  );
  const to = dnat ? after(dnat) : undefined;
  const source: Address | undefined = chosen?.packet.src;
  return {
    ...(source === undefined ? {} : { sourceChosen: source }),
    ...(wire ? { sourceSent: (sent ?? wire.packet).src, sentBy: fieldKey(wire.packet.out) } : {}),
    ...(to ? { dnatTo: { address: to.dst, port: to.dport } } : {}),
    ...(snat ? { snatTo: after(snat).src } : {}),
    marked: request.some(
      (s) => (s.packet.mark & bit) !== 0 || s.changes.some((c) => c.field === "mark" && (Number(c.after) & bit) !== 0),
    ),
    markedAtPostrouting: natPost !== undefined && (natPost.packet.mark & bit) !== 0,
    masqueraded: own.some(settlesSource),
  };
}

/** IPVS puts the packet into another one. */
const wraps = (step: Step): boolean => step.kind === "ipvs" && step.changes.some((c) => c.field === "proto");

/** MASQUERADE or SNAT took the packet, though the source it sets may be the one that was there. */
const settlesSource = (step: Step): boolean =>
  step.kind === "rule" && step.place.table === "nat" && (step.target === "MASQUERADE" || step.target === "SNAT");

const isNatPost = (step: Step): boolean =>
  (step.kind === "rule" || step.kind === "chain-end") &&
  step.place.table === "nat" &&
  step.place.hook === "POSTROUTING";
const hookOf = (step: Step): string | undefined =>
  step.kind === "nat" || step.kind === "nat-considered"
    ? step.hook
    : step.kind === "rule" || step.kind === "chain-end"
      ? step.place.hook
      : undefined;
