import { words } from "../../../base/words.ts";
import type { ValueKind } from "./value-kind.ts";

/**
 * A comma list of names from a closed list, as iptables reads them: in any case and order, printed in the tool's own
 * order, each once.
 */
export const nameList = <N extends string>(known: readonly N[]): ValueKind<readonly N[]> => ({
  words: 1,
  read([text = ""], refuse) {
    const given = new Set<string>();
    for (const name of text.split(",")) {
      const upper = name.toUpperCase();
      if (!known.some((k) => k.toUpperCase() === upper))
        return refuse(
          "unknown-value",
          words(`“${name}” is not one of ${known.join(", ")}.`, `“${name}” 不是 ${known.join("、")} 之一。`),
        );
      given.add(upper);
    }
    return known.filter((k) => given.has(k.toUpperCase()));
  },
  print: (names) => names.join(","),
});

/** One name from a closed list. */
export const oneName = <N extends string>(known: readonly N[]): ValueKind<N> => ({
  words: 1,
  read([text = ""], refuse) {
    const found = known.find((k) => k.toUpperCase() === text.toUpperCase());
    return (
      found ??
      refuse(
        "unknown-value",
        words(`“${text}” is not one of ${known.join(", ")}.`, `“${text}” 不是 ${known.join("、")} 之一。`),
      )
    );
  },
  print: (name) => name,
});
