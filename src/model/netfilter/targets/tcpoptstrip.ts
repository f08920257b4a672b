import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { numberWithin } from "../values/number.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { inertTarget } from "./define-target.ts";

const names: ReadonlyMap<string, number> = new Map([
  ["mss", 2],
  ["wscale", 3],
  ["sack-permitted", 4],
  ["sack", 5],
  ["timestamp", 8],
  ["md5", 19],
]);

/** Numbers or names of TCP options, printed as numbers in order. */
const tcpOptions: ValueKind<readonly number[]> = {
  words: 1,
  read([text = ""], refuse) {
    const found = new Set<number>();
    for (const each of text.split(",")) {
      const kind = names.get(each) ?? numberWithin(each, 2, 255, refuse);
      if (kind === undefined) return undefined;
      found.add(kind);
    }
    return [...found].sort((a, b) => a - b);
  },
  print: (list) => list.join(","),
};

/** Takes options out of the TCP header: libxt_TCPOPTSTRIP.c. */
export const tcpoptstrip = inertTarget(
  "TCPOPTSTRIP",
  { options: option("--strip-options", tcpOptions) },
  undefined,
  listForm(/TCPOPTSTRIP/, [["--strip-options", /options (?<a>\S+)/]]),
);
