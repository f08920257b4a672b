import type { IpSet } from "../../model/ipset/set.ts";
import type { Printer } from "../printer.ts";

/** Sets of any origin as `ipset save` of ipset 7 writes them. */
export const ipsetSavePrinter: Printer = {
  id: "ipset-save",
  print: (contribution) => (contribution.kind === "sets" ? setLines(contribution.sets) : undefined),
};

/** lib/session.c: a set of sets comes after all others, since its members have to be there first. */
function* setLines(sets: readonly IpSet[]): Generator<string> {
  for (const list of [false, true])
    for (const { name, type, options, entries } of sets) {
      if ((type === "list:set") !== list) continue;
      const [create, add] = type.includes(":") ? ["create", "add"] : ["-N", "-A"];
      yield `${create} ${name} ${type}${options === "" ? "" : ` ${options}`}`;
      for (const { text, extensions } of entries)
        yield `${add} ${name} ${text}${extensions === "" ? "" : ` ${extensions}`}`;
    }
}
