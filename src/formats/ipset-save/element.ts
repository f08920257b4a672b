import { shapeOf } from "../../model/ipset/entry-index.ts";
import { readElement } from "../../model/ipset/read-element.ts";
import type { IpSet } from "../../model/ipset/set.ts";
import { setTypes } from "../../model/ipset/types/index.ts";

/** Can the element be one of a set of this type? Of types that natlens does not look into, everything can. */
export function fitsType(set: Pick<IpSet, "type" | "family" | "options">, element: string): boolean {
  const kinds = setTypes.get(set.type)?.dimensions;
  return !kinds || readElement(element, "", shapeOf(set, kinds)) !== undefined;
}

/** `ipset save NAME` and `ipset list NAME` print one set: nothing is said of the others. */
export function namesOneSet(command: readonly string[] | undefined): boolean {
  const at = command?.findIndex((w) => /^(?:save|list|-S|-L)$/.test(w)) ?? -1;
  return at !== -1 && (command?.slice(at + 1).some((word) => !word.startsWith("-")) ?? false);
}
