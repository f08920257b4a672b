import type { Packet } from "../../net/packet.ts";
import type { DimensionKind } from "../dimension.ts";

/** One `TYPE` of a create line. */
export interface SetType {
  readonly name: string;
  /** What an element has between its commas. A rule must give a flag for each. */
  readonly dimensions: readonly DimensionKind[];
  /** A set of this type has a family, and packets of the other one are never members. */
  readonly familied: boolean;
  /** Packets that the type cannot look at are never members. */
  sees?(packet: Packet): boolean;
}

export const setType = (name: string, dimensions: readonly DimensionKind[]): SetType => ({
  name,
  dimensions,
  familied: true,
});
