import { readEntryValue } from "../../model/ipset/dimension.ts";
import type { IpSet } from "../../model/ipset/set.ts";
import { setTypes } from "../../model/ipset/types/index.ts";

/** Can the element be one of a set of this type? Of types that natlens does not look into, everything can. */
export function fitsType({ type, family }: Pick<IpSet, "type" | "family">, element: string): boolean {
  const dimensions = setTypes.get(type)?.dimensions;
  if (!dimensions) return true;
  const parts = element.split(",");
  return (
    parts.length === dimensions.length &&
    dimensions.every((kind, i) => {
      const part = parts[i] ?? "";
      // with netmask an address prints as a network
      return (
        part !== "" && (readEntryValue(kind, part, family) ?? (kind === "ip" && readEntryValue("net", part, family)))
      );
    })
  );
}

/** `ipset save NAME` and `ipset list NAME` print one set: nothing is said of the others. */
export function namesOneSet(command: readonly string[] | undefined): boolean {
  const at = command?.findIndex((w) => /^(?:save|list|-S|-L)$/.test(w)) ?? -1;
  return at !== -1 && (command?.slice(at + 1).some((word) => !word.startsWith("-")) ?? false);
}
