import { type Language, words } from "../../base/words.ts";
import type { SideName } from "../../diagnose/finding.ts";
import type { FieldChange, Packet, PacketField } from "../../model/net/packet.ts";
import { type Box, overlaps, type Picture } from "./picture.ts";
import type { Effect } from "./stop.ts";
import type { Timeline } from "./timeline.ts";
import { changed, showField, showTrack, trackFields } from "./value.ts";

export interface CardRow {
  readonly field: PacketField;
  /** Struck through, before the new value. */
  readonly old?: string;
  readonly value: string;
  readonly tone?: Effect | "missing";
  /** "unchanged", where it should have changed. */
  readonly note?: string;
}

export interface Card {
  readonly side: SideName;
  readonly rows: readonly CardRow[];
  /** The packet is not here: it waits at an earlier stop. */
  readonly waits: boolean;
}

const toneOf: Readonly<Partial<Record<PacketField, Effect>>> = { src: "snat", dst: "dnat", mark: "mark" };

/** What the packet of one lane bears at a moment, with what changes at this very stop. */
export function cardAt(
  timeline: Timeline,
  side: SideName,
  moment: number,
  missing: boolean,
  language: Language,
): Card | undefined {
  const here = timeline.moments[moment];
  const stop = timeline.stop(here?.stands[side] ?? "");
  const trace = timeline.traces[side];
  const first = stop && trace?.steps[stop.steps[0] ?? -1];
  if (!here || !stop || !trace || !first) return undefined;
  const waits = here.at[side] === undefined;
  let packet: Packet = first.packet;
  for (const index of stop.steps) {
    const step = trace.steps[index];
    if (step) packet = changed(packet, step.changes);
  }
  const before = waits ? packet : first.packet;
  const rows = trackFields.map((field): CardRow => {
    const old = showTrack(before, field, language);
    const value = showTrack(packet, field, language);
    const bearsMark = field === "mark" && packet.mark !== 0;
    if (old !== value) return { field, old, value, ...(toneOf[field] ? { tone: toneOf[field] } : {}) };
    if (field === "src" && missing)
      return { field, value, tone: "missing", note: words("unchanged", "未改变")[language] };
    return bearsMark ? { field, value, tone: "mark" } : { field, value };
  });
  const out = outRow(before, packet, language);
  return { side, rows: out ? [...rows, out] : rows, waits };
}

function outRow(before: Packet, after: Packet, language: Language): CardRow | undefined {
  const old = showField(before.out, language);
  const value = showField(after.out, language);
  return before.out !== null && after.out !== null && old !== value ? { field: "out", old, value } : undefined;
}

/** All fields that a stop changes, for the detail pane. */
export function changesAt(timeline: Timeline, side: SideName, stopId: string): readonly FieldChange[] {
  const stop = timeline.stop(stopId);
  const trace = timeline.traces[side];
  if (!stop || !trace) return [];
  return stop.steps.flatMap((index) => trace.steps[index]?.changes ?? []);
}

const ROW = 18;
export const CARD_WIDTH = 254;

export interface PlacedCard {
  readonly box: Box;
  /** From the card to its stop. */
  readonly stem: string;
}

/** Above the line, 8 px inside the pane, beside the lane's name and the flag, never over them. */
export function placeCard(
  picture: Picture,
  side: SideName,
  stopId: string,
  rows: number,
  width = CARD_WIDTH,
): PlacedCard | undefined {
  const lane = picture.lanes.find((l) => l.side === side);
  const stop = lane?.stops.find((s) => s.id === stopId);
  if (!lane || !stop) return undefined;
  const height = rows > 3 ? rows * 15.5 + 5 : rows * ROW + 8;
  const bottom = lane.lineY - 27;
  const y = Math.max(lane.top + 6, bottom - height);
  const flag = picture.divergence && picture.lanes.at(-1)?.side === side ? [picture.divergence.flag] : [];
  const blocked = [lane.name, ...flag];
  const most = picture.width - width - 8;
  const wish = Math.max(8, Math.min(most, stop.x - width / 2));
  const free = (x: number): boolean =>
    x >= 8 && x <= most && !blocked.some((b) => overlaps({ x: x - 6, y, width: width + 12, height }, b));
  const tries = [wish, ...blocked.flatMap((b) => [b.x + b.width + 10, b.x - width - 10])].filter(free);
  const x = tries.sort((a, b) => Math.abs(a - wish) - Math.abs(b - wish))[0] ?? wish;
  const box = { x, y, width, height };
  return { box, stem: stemTo(box, stop, lane.lineY) };
}

function stemTo(
  card: Box,
  stop: { readonly x: number; readonly y: number; readonly shape: string; readonly reply: boolean },
  lineY: number,
): string {
  const end = stop.shape === "plate" ? stop.y - 10 : stop.y - (stop.reply ? 0 : 8);
  const bottom = card.y + card.height;
  if (stop.x >= card.x + 12 && stop.x <= card.x + card.width - 12) return `M${stop.x} ${bottom}V${end}`;
  const level = Math.min(bottom - 10, lineY - 36);
  return stop.x < card.x ? `M${card.x} ${level}H${stop.x}V${end}` : `M${card.x + card.width} ${level}H${stop.x}V${end}`;
}
