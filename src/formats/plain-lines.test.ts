import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPlainLine, lineCount, lineText, type SourceText, sourceText } from "../base/source.ts";
import type { RuleList } from "../model/netfilter/rule.ts";
import { formats } from "./index.ts";
import { cleanLine } from "./paste/clean-line.ts";
import { readNode } from "./read.ts";

const dumps = formats.flatMap(({ id }) => {
  const folder = join(import.meta.dirname, id, "fixtures");
  return readdirSync(folder).map((name) => ({ name: `${id}/${name}`, bytes: readFileSync(join(folder, name)) }));
});

/** The same text, of which nobody knows that any line is plain: all of it is read the long way. */
const unknown = (source: SourceText): SourceText => ({
  ...source,
  plainLines: new Uint8Array(source.plainLines.length),
});

/** All that a reading says, every rule and entry of it, as values without methods. */
function saying(source: SourceText): unknown {
  const { snapshot, segments, diagnostics } = readNode([source]);
  const { sources: _, ...rest } = snapshot;
  return spelled({ ...rest, segments, diagnostics });
}

function spelled(value: unknown): unknown {
  if (typeof value === "function") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value) && "at" in value && typeof value.at === "function" && "length" in value) {
    const list = value as RuleList;
    return Array.from({ length: list.length }, (_, i) => spelled(list.at(i)));
  }
  if (Symbol.iterator in value) return [...(value as Iterable<unknown>)].map(spelled);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spelled(inner)]));
}

const bothWays = (bytes: Uint8Array): void => {
  const source = sourceText("s", "s", bytes);
  expect(saying(source)).toEqual(saying(unknown(source)));
};

/** The machine may have much else to do. */
const patience = 60_000;

describe("what is read with plain lines and without", { timeout: patience }, () => {
  it.each(dumps)("is the same for $name", ({ bytes }) => bothWays(bytes));
  it.each(dumps)("is the same for $name with other line ends", ({ bytes }) =>
    bothWays(new TextEncoder().encode(new TextDecoder().decode(bytes).replaceAll("\n", "\r\n"))),
  );

  const lines = [
    ...new Set(dumps.flatMap(({ bytes }) => new TextDecoder().decode(bytes.subarray(0, 20_000)).split("\n"))),
  ].filter((line) => line.length < 400);
  const rules = lines.filter((line) => /(?:^| )-A /.test(line));
  const words = [...new Set(rules.flatMap((line) => line.split(" ")))];
  const odd = [
    "!",
    '"',
    '""',
    "-m",
    "-j",
    "-g",
    "-A",
    "-f",
    "--",
    "-",
    "[0:0]",
    "\\",
    "&gt;",
    "[1m",
    "\r",
    "\t",
    "",
    "链",
  ];

  it("is the same for pieces of dumps", () => {
    const text = fc.array(fc.constantFrom(...lines), { maxLength: 30 }).map((list) => list.join("\n"));
    fc.assert(
      fc.property(text, (one) => bothWays(new TextEncoder().encode(one))),
      { numRuns: 200 },
    );
  });

  it("is the same for rules with words put in, taken out and put elsewhere", () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom("put", "take", "double"), fc.constantFrom(...words, ...odd));
    const rule = fc.tuple(fc.constantFrom(...rules), fc.array(change, { maxLength: 3 })).map(([line, changes]) => {
      const list = line.split(" ");
      for (const [place, what, word] of changes) {
        const at = place % (list.length + 1);
        if (what === "put") list.splice(at, 0, word);
        else if (what === "take") list.splice(at, 1);
        else list.splice(at, 0, ...list.slice(at, at + 2));
      }
      return list.join(" ");
    });
    const text = fc
      .tuple(fc.constantFrom("*nat", "*filter", "*mangle", ""), fc.array(rule, { minLength: 1, maxLength: 12 }))
      .map(([table, list]) => [table, ":A - [0:0]", ":LOG - [0:0]", ...list, "COMMIT", ""].join("\n"));
    fc.assert(
      fc.property(text, (one) => bothWays(new TextEncoder().encode(one))),
      { numRuns: 300 },
    );
  });

  it("is the same for dumps damaged by single bytes", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...dumps), fc.nat(), damage, ({ bytes }, start, places) => {
        const from = bytes.length > 6000 ? start % (bytes.length - 6000) : 0;
        const damaged = bytes.slice(from, from + 6000);
        for (const [at, byte] of places) damaged[at % damaged.length] = byte;
        bothWays(damaged);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a plain line", () => {
  it("is its bytes, and ends no quote that it does not begin", () => {
    const piece = fc.constantFrom(
      "a",
      " ",
      "-A X",
      '"',
      "[",
      "[1;31m",
      "[m",
      "[K",
      "12",
      "m",
      ";",
      "&amp;",
      "&",
      "\\",
      "\r",
      "\n",
      "\t",
      "\u001b[0m",
      "链",
      "\ufeff",
      "\u00a0",
      "\0",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const source = sourceText("s", "s", pieces.join(""));
        for (let line = 1; line <= lineCount(source); line++) {
          if (!isPlainLine(source, line)) continue;
          const raw = lineText(source, line);
          const text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
          expect(cleanLine(raw).text).toBe(text);
          expect(/^[ -~]*$/.test(text)).toBe(true);
          expect(text.split('"').length % 2).toBe(1);
        }
      }),
      { numRuns: 2000 },
    );
  });
  it.each(["-A X -j Y", ":KUBE-SVC-X - [0:0]", '[1:2] -A X -m comment --comment "a [b]" -j Y', "-A X -j Y\r"])(
    "is %j",
    (line) => expect(isPlainLine(sourceText("s", "s", `${line}\n`), 1)).toBe(true),
  );
});
