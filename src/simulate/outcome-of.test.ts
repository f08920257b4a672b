import { describe, expect, it } from "vitest";
import { words } from "../base/words.ts";
import { outcomeOf } from "./outcome-of.ts";
import type { Outcome, Trace } from "./trace.ts";

/** `u=yes X=1 delivered`: the choices a trace took, small letters left open by the dumps, capitals drawn; how it ended. */
function trace(text: string): Trace {
  const parts = text.split(" ");
  const outcome = parts.pop() as Outcome;
  return {
    steps: [],
    assumptions: [],
    summary: { marked: false, markedAtPostrouting: false, masqueraded: false },
    ending: { outcome, reason: outcome, says: words("", ""), step: 0 },
    choices: parts.map((part) => {
      const [id = "", took = ""] = part.split("=");
      return {
        id,
        because: id === id.toUpperCase() ? "kernel-draws" : "not-in-dumps",
        question: words("", ""),
        took: words(took, took),
      };
    }),
  };
}

describe("what is said of a flow that may go several ways", () => {
  it.each<[what: string, traces: readonly string[], expected: Outcome]>([
    ["one way", ["dropped"], "dropped"],
    ["drawn: the worst", ["X=1 delivered", "X=2 refused"], "refused"],
    ["open, the same either way", ["u=yes dropped", "u=no dropped"], "dropped"],
    ["open, and it depends", ["u=yes delivered", "u=no dropped"], "undecidable"],
    [
      "drawn and open: some draw fails either way",
      ["X=1 u=yes delivered", "X=1 u=no refused", "X=2 dropped"],
      "dropped",
    ],
    ["drawn and open: how it fails depends", ["X=1 u=yes delivered", "X=1 u=no dropped", "X=2 refused"], "undecidable"],
    [
      "drawn only in one of the ways left open",
      ["u=yes delivered", "u=no X=1 dropped", "u=no X=2 delivered"],
      "undecidable",
    ],
    ["drawn in both, failing in both", ["u=yes X=1 dropped", "u=yes X=2 delivered", "u=no dropped"], "dropped"],
    ["not followed to its end, beside one that fails", ["X=1 undecidable", "X=2 dropped"], "dropped"],
    ["not followed to its end, beside one that works", ["X=1 undecidable", "X=2 delivered"], "undecidable"],
  ])("%s", (_, traces, expected) => expect(outcomeOf(traces.map(trace))).toBe(expected));
});
