import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sourceText } from "../base/source.ts";
import { formats } from "./index.ts";
import { readNode } from "./read.ts";
import { segmentText } from "./segment.ts";
import { anyText } from "./testing/any-text.ts";
import { badSpans, read } from "./testing/format-checks.ts";

const dumps = formats.flatMap(({ id }) => {
  const folder = join(import.meta.dirname, id, "fixtures");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .map((name) => readFileSync(join(folder, name)).subarray(0, 6000));
});
const sound = (content: Uint8Array | string): void => {
  expect(badSpans(read(content))).toEqual([]);
};

describe("any input", () => {
  it("is read without an exception, every span within the text", () => {
    fc.assert(fc.property(anyText(400), sound), { numRuns: 300 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), sound), { numRuns: 300 });
  });

  it("made of pieces of dumps, too", () => {
    const line = fc.constantFrom(...new Set(dumps.flatMap((d) => new TextDecoder().decode(d).split("\n"))));
    const odd = fc.constantFrom(
      "",
      "```",
      "> ",
      "$ ip addr",
      "# iptables-save -c | grep x",
      "\ufeff",
      "\u001b[31m",
      "---",
      "...",
      '"',
      "\0",
      "链",
    );
    const text = fc.array(
      fc.oneof(
        line,
        odd,
        fc.tuple(odd, line).map((pair) => pair.join("")),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(text, fc.constantFrom("\n", "\r\n", "\r"), (lines, end) => sound(lines.join(end))),
      { numRuns: 300 },
    );
  });

  it("damaged by single bytes, too", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom("set", "drop", "cut"), fc.nat(255)), {
      minLength: 1,
      maxLength: 8,
    });
    const damaged = fc.tuple(fc.constantFrom(...dumps), damage).map(([dump, hits]) => {
      let bytes = Uint8Array.from(dump);
      for (const [where, how, value] of hits) {
        const at = where % Math.max(1, bytes.length);
        if (how === "set") bytes[at] = value;
        else if (how === "drop") bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]);
        else if (bytes.length > 200) bytes = bytes.slice(0, Math.max(at, 100));
      }
      return bytes;
    });
    fc.assert(fc.property(damaged, sound), { numRuns: 250 });
  });

  it("nested thousands deep, too", () => {
    for (const text of ["[", "{", '{"apiVersion":', "- ", "a: {"])
      sound(`apiVersion: v1\nitems: ${text.repeat(20_000)}\n`);
    sound(
      `apiVersion: v1\nkind: List\na: &a [x]\n${Array.from({ length: 40 }, (_, i) => `b${i}: &b${i} [*a,*a]`).join("\n")}\n`,
    );
  }, 60_000);
});

describe("time", () => {
  /** Milliseconds that a reading takes. */
  const took = (work: () => void): number => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  const cut = (text: string): number => {
    const steps = segmentText(sourceText("s", "s", text), formats);
    let step = steps.next();
    while (!step.done) step = steps.next();
    return step.value.segments.length;
  };
  const rule = (i: number): string =>
    `-A KUBE-SERVICES -d 10.96.${(i >> 8) & 255}.${i & 255}/32 -p tcp -m comment --comment "ns/svc-${i}:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-${i}\n`;

  it("of cutting rises with the number of rules and no faster", () => {
    const table = (n: number): string =>
      `*nat\n:KUBE-SERVICES - [0:0]\n${Array.from({ length: n }, (_, i) => rule(i)).join("")}COMMIT\n`;
    cut(table(5000));
    const small = took(() => expect(cut(table(10_000))).toBe(1));
    const large = took(() => expect(cut(table(80_000))).toBe(1));
    expect(large).toBeLessThan(Math.max(8 * small * 3, 1000));
    expect(large).toBeLessThan(4000);
  });

  // Each repeats something that a careless pattern tries anew at every place.
  const nasty = [
    "IN=",
    " OUT=",
    "IN= OUT= SRC= ",
    "x > y: ",
    "kube-proxy ",
    "kube-proxy \\ ",
    "-A x -j ",
    "1: e: <",
    " inet 1 ",
    "A  ",
    "a=",
    "a.b",
    '"',
    "[1:1] ",
    ": ",
    "\u001b[",
    "\u001b]",
    "> ",
    "\r",
    "{",
    "&gt;",
    "- ",
    "1.1.1.1 peer ",
    "default via ",
    "ethertype (0x",
    "--a ",
  ];
  it.each(nasty)("of a line of many %j is bounded", (piece) => {
    const line = piece.repeat(Math.ceil(200_000 / piece.length));
    expect(took(() => readNode([sourceText("s", "s", `${line}\n${line}`)]))).toBeLessThan(4000);
  });

  it("of a very long line and of much prose is bounded", () => {
    expect(took(() => read("x ".repeat(5_000_000)))).toBeLessThan(4000);
    expect(
      took(() => read("lorem ipsum dolor sit amet, consectetur: adipiscing = elit > sed\n".repeat(40_000))),
    ).toBeLessThan(15_000);
    expect(took(() => read("\n".repeat(1_000_000)))).toBeLessThan(5000);
  });
});
