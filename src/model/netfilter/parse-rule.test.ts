import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matches } from "./matches/index.ts";
import { printRule } from "./print-rule.ts";
import { splitWords } from "./split-words.ts";
import { targets } from "./targets/index.ts";
import { readCases } from "./testing/case-file.ts";
import { readRule } from "./testing/read-rule.ts";
import { quote } from "./values/text.ts";

const here = dirname(fileURLToPath(import.meta.url));

describe("rules", () => {
  const text = readFileSync(join(here, "rule.cases.txt"), "utf8");
  it.each(readCases("rule.cases.txt", text).map((one) => [`${one.line} ${one.options}`, one] as const))(
    "%s",
    (_, one) => {
      if (one.kind !== "spelling") throw new Error("not a spelling");
      const family = one.options.startsWith("6 ") ? 6 : 4;
      const { rule, diagnostics } = readRule(one.options.replace(/^6 /, ""), family);
      const troubles = diagnostics
        .filter(({ code }) => !code.endsWith("/not-modelled"))
        .map(({ code, at }) => `${code}@${at.from + 1}`);
      if (one.expected !== "ok") {
        expect(troubles).toContain(one.expected);
        expect(rule?.understood ?? false).toBe(false);
        return;
      }
      expect(troubles).toEqual([]);
      expect(rule?.understood).toBe(true);
      expect(rule && printRule(rule)).toBe(one.canonical.replace(/^6 /, ""));
    },
  );

  it("keep what is not understood word by word, where it stood", () => {
    for (const kept of [
      '-A X -s 10.0.0.0/8 -m nosuch --a 1 ! --b "c d" e -m mark --mark 0x1 -j ACCEPT',
      "-A X -m tcp --dprot 80 -j ACCEPT",
      "-A X -p tcp -m tcp --dport 80000 -j DNAT --to-destination nowhere",
      "-A X -s nowhere -j ACCEPT",
      "-A X -j NOSUCH --a 1 2 --b",
      "-A X -m nosuch --a  1   2 -j ACCEPT",
      "-A X -m time --weekdays  --datestop 2038-01-19T03:14:07 -j ACCEPT",
    ]) {
      const { rule, diagnostics } = readRule(kept);
      expect(diagnostics).not.toEqual([]);
      expect(rule && printRule(rule)).toBe(kept);
    }
  });

  it("tell a chain from a target that natlens does not know", () => {
    expect(readRule("-A X -j KUBE-SEP-A").rule?.target).toMatchObject({
      kind: "chain",
      name: "KUBE-SEP-A",
      goto: false,
    });
    expect(readRule("-A X -g LOG").rule?.target).toMatchObject({ kind: "chain", goto: true });
    expect(readRule("-A X -j DROP").rule?.target).toMatchObject({ kind: "verdict" });
    expect(readRule("-A X -j LOG").rule?.target).toMatchObject({ kind: "extension" });
    expect(readRule("-A X -j SOMETHING", 4, ["SOMETHING"]).rule?.target).toMatchObject({ kind: "chain" });
    expect(readRule("-A X -j SOMETHING --else").rule?.target).toMatchObject({ kind: "unknown", text: "--else" });
  });

  it("that match every packet say so, whatever they were written with", () => {
    expect(readRule("-A X -s 0/0 -d 0.0.0.0/0 -i + -o + -p all").rule?.header).toEqual({});
    expect(readRule("-A X ! -i +").rule?.header).toEqual({ in: { negated: true, is: "+" } });
  });
});

describe("words", () => {
  it.each([
    ["a b\tc", ["a", "b", "c"]],
    ['"a b" c', ["a b", "c"]],
    ['"a"b', ["a", "b"]],
    ['a"b c"d', ["ab c", "d"]],
    ['"q \\" b \\\\ s \\\' t"', ["q \" b \\ s ' t"]],
    ["it's \\n", ["it's", "\\n"]],
    ['""', [""]],
    ['"two\nlines"', ["two\nlines"]],
  ])("%j", (text, expected) =>
    expect(splitWords(text)).toEqual({ words: expected.map((word) => expect.objectContaining({ text: word })) }),
  );

  it("know where they stand, and cover all of the text but blanks", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "-", '"', "\\", " ", "中", "\n", "!"), maxLength: 30 }),
        (text) => {
          let end = 0;
          for (const { from, to } of splitWords(text).words) {
            expect(text.slice(end, from).trim()).toBe("");
            expect(to).toBeGreaterThan(from);
            end = to;
          }
          expect(text.slice(end).trim()).toBe("");
        },
      ),
    );
  });
});

describe("parsing what was printed", () => {
  /** Every canonical spelling in the case files, by match and by target. */
  const spellings = (folder: string, family: number) =>
    readdirSync(join(here, folder))
      .filter((name) => name.endsWith(".cases.txt"))
      .flatMap((name) => readCases(`${folder}/${name}`, readFileSync(join(here, folder, name), "utf8")))
      .flatMap((one) =>
        one.kind === "spelling" && one.expected === "ok" && one.family === family
          ? [`${one.name} ${one.canonical}`.trim()]
          : [],
      );
  const part = (folder: string, flag: string) =>
    fc.constantFrom(...spellings(folder, 4)).map((text) => `${flag} ${text}`);
  const header = fc
    .tuple(
      fc.constantFrom("", "-s 10.0.0.0/8 ", "! -s 192.168.1.1/32 "),
      fc.constantFrom("", "-d 10.96.0.1/32 "),
      fc.constantFrom("", "-i eth+ ", "! -i lo "),
      fc.constantFrom("", "-p gre ", "! -p udp "),
      fc.constantFrom("", "-f "),
    )
    .map((parts) => parts.join(""));

  it("gives the same rule, for any mixture of matches and any target", () => {
    fc.assert(
      fc.property(
        header,
        fc.array(part("matches", "-m"), { maxLength: 4 }),
        part("targets", "-j"),
        (start, list, target) => {
          const text = `-A X ${start}${[...list, target].join(" ")}`;
          const first = readRule(text);
          expect(first.rule && printRule(first.rule)).toBe(text);
          const second = readRule(printRule(first.rule ?? expect.fail("no rule")));
          expect(second.rule).toEqual(first.rule);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("gives back any comment", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (comment) => {
        const { rule } = readRule(`-A X -m comment --comment ${quote(comment)} -j ACCEPT`);
        expect(rule?.matches[0]?.value).toEqual({ comment: { negated: false, is: comment } });
      }),
    );
  });

  it("never loses a word, whatever the words are", () => {
    const words = fc.array(
      fc.constantFrom(
        "-m",
        "-j",
        "-s",
        "-p",
        "tcp",
        "!",
        "--dport",
        "80",
        "ACCEPT",
        "--nosuch",
        "mark",
        "--mark",
        "0x1",
        "nosuch",
        "-g",
        "x",
        '"a b"',
        "--comment",
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(words, (list) => {
        const text = ["-A", "X", ...list].join(" ");
        const { rule, diagnostics } = readRule(text);
        for (const { at } of diagnostics) expect(at.from >= 0 && at.from < at.to && at.to <= text.length).toBe(true);
        if (rule?.understood) return;
        const printed = rule ? splitWords(printRule(rule)).words.map((word) => word.text) : [];
        for (const { text: word } of splitWords(text).words)
          if (word === "--nosuch" || word === "a b") expect(printed).toContain(word);
      }),
      { numRuns: 1000 },
    );
  });

  it("goes for every match and target by its own name", () => {
    for (const [name, module] of [...matches, ...targets]) expect(module.name).toBe(name);
  });
});

describe("real rules", () => {
  const recorded = join(here, "../../simulate/conformance/fixtures/cases.jsonl");
  it("of the recorded kernel cases are printed byte for byte", () => {
    const dumps = readFileSync(recorded, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => (JSON.parse(line) as { result: { dumps: { iptablesSave: string } } }).result.dumps.iptablesSave);
    const rules = new Set(dumps.flatMap((dump) => dump.split("\n").filter((line) => line.startsWith("-A "))));
    expect(rules.size).toBeGreaterThan(2000);
    for (const text of rules) {
      const { rule, diagnostics } = readRule(text);
      expect(diagnostics).toEqual([]);
      expect(rule && printRule(rule)).toBe(text);
    }
  });
});
