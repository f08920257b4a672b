import type { Diagnostic, Parsed } from "../base/diagnostic.ts";
import type { CapturedPacket } from "../model/node/observation.ts";
import { counted } from "./counted.ts";
import type { SegmentReading } from "./format.ts";

/** What a capture says. `whole`: no line of it is known to be missing. */
export const captured = (
  packets: readonly CapturedPacket[],
  whole: boolean,
  diagnostics: readonly Diagnostic[],
): Parsed<SegmentReading> => ({
  value: {
    contributions: [{ kind: "captures", packets }],
    coverage: whole ? "whole" : "partial",
    counts: [counted(packets.length, "packet", "packets", "个报文")],
  },
  diagnostics,
});
