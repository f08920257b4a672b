import { shapeOf } from "../../model/ipset/entry-index.ts";
import { readElement } from "../../model/ipset/read-element.ts";
import type { IpSet } from "../../model/ipset/set.ts";
import { setTypes } from "../../model/ipset/types/index.ts";

/** Tells of an element whether it is one of a set's, many at once as user input has them, or none. */
export type ElementTest = (element: string) => "one" | "many" | "none";

/** Of types that natlens does not look into, everything may be an element. */
export function elementTest(set: Pick<IpSet, "type" | "family" | "options">): ElementTest {
  const kinds = setTypes.get(set.type)?.dimensions;
  if (!kinds) return () => "one";
  const shape = shapeOf(set, kinds);
  return (element) => {
    const rows = readElement(element, "", shape);
    const [first] = rows ?? [];
    if (!rows || !first) return "none";
    // a prefix in a set of addresses: each of them becomes an entry
    const spread = shape.mask === undefined && first.some((value, i) => kinds[i] === "ip" && value.kind === "net");
    return rows.length > 1 || spread ? "many" : "one";
  };
}

/** `ipset save NAME` and `ipset list NAME` print one set: nothing is said of the others. */
export function namesOneSet(command: readonly string[] | undefined): boolean {
  const at = command?.findIndex((w) => /^(?:save|list|-S|-L)$/.test(w)) ?? -1;
  return (
    at !== -1 &&
    (command
      ?.slice(at + 1)
      .some(
        (word, i, rest) => !word.startsWith("-") && !/^-(?:o|output|-output|f|file|-file)$/.test(rest[i - 1] ?? ""),
      ) ??
      false)
  );
}
