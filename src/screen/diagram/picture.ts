import type { Words } from "../../base/words.ts";
import type { SideName } from "../../diagnose/finding.ts";
import type { Column } from "./columns.ts";
import type { Point } from "./path.ts";
import type { Effect, StopShape } from "./stop.ts";
import type { TrackField } from "./value.ts";

/** A box in the picture's pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

export interface PlacedStop extends Point {
  readonly id: string;
  readonly side: SideName;
  readonly moment: number;
  readonly shape: StopShape;
  readonly effect?: Effect;
  readonly assumed: boolean;
  readonly reply: boolean;
  /** Call depth as drawn: 0 on the line itself. */
  readonly level: number;
  /** For people who do not see the drawing: what this stop is. */
  readonly title: string;
  /** On a plate: target, then old → new. On a peer: the port. */
  readonly lines?: readonly string[];
}

export interface Label {
  readonly id: string;
  readonly moment: number;
  readonly box: Box;
  readonly align: "left" | "center" | "right";
  readonly lines: readonly { readonly text: string; readonly tone: "name" | "mono" | "caption" | Effect }[];
}

/** The line between two stops that follow each other. */
export interface Section {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly reply: boolean;
  /** The packet bears a mark on it. */
  readonly core: boolean;
  /** Reached at this moment. */
  readonly moment: number;
  readonly dotted: boolean;
}

export interface Ghost {
  readonly id: string;
  readonly moment: number;
  readonly box: Box;
  readonly stubs: readonly string[];
  readonly what: Words;
  readonly why?: Words;
  /** As large as a plate, or as small as the mark's square with its words below. */
  readonly large: boolean;
}

export interface TrackRun {
  readonly x0: number;
  readonly x1: number;
  readonly value: string;
  readonly tone: "plain" | "snat" | "dnat" | "mark" | "missing";
  /** The value fits behind its tick. */
  readonly told: boolean;
  readonly moment: number;
}

export interface Track {
  readonly field: TrackField;
  readonly y: number;
  readonly runs: readonly TrackRun[];
}

export interface LanePicture {
  readonly side: SideName;
  readonly top: number;
  readonly height: number;
  readonly lineY: number;
  readonly replyY: number;
  readonly name: Box;
  readonly stops: readonly PlacedStop[];
  readonly sections: readonly Section[];
  readonly labels: readonly Label[];
  readonly ghosts: readonly Ghost[];
  readonly tracks: readonly Track[];
  /** Where the reply line has room for its arrow heads. */
  readonly chevrons: readonly (Point & { readonly moment: number })[];
  /** Where the sender waits for its answer. */
  readonly socket: Point & { readonly answered: boolean; readonly moment: number };
  /** From the loss back to the socket that waits in vain. */
  readonly waiting?: string;
  readonly lost?: Point & { readonly moment: number; readonly words: Box; readonly unknown: boolean };
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly Column[];
  readonly lanes: readonly LanePicture[];
  readonly divergence?: {
    readonly x: number;
    readonly y0: number;
    readonly y1: number;
    readonly flag: Box;
    readonly moment: number;
  };
}
