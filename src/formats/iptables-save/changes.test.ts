import { describe, expect, it } from "vitest";
import { outline, read, rulesIn } from "./testing/segment.ts";

/** What lines within `*filter` leave behind, and what is said of them. */
function left(...lines: readonly string[]): { readonly rules: readonly string[]; readonly told: readonly string[] } {
  const { rulesets, troubles } = read(`*filter\n${lines.join("\n")}\nCOMMIT\n`);
  expect(outline(rulesets)).toEqual(["4 filter:partial"]);
  const told = troubles.filter((code) => !/partial-table|changes-rules/.test(code));
  expect(troubles.filter((code) => code.includes("changes-rules")).length).toBeLessThanOrEqual(1);
  return { rules: rulesIn(rulesets[0], "filter"), told };
}
const a = "-A X -s 10.0.0.1/32 -j ACCEPT";
const b = "-A X -s 10.0.0.2/32 -j ACCEPT";
const c = "-A X -s 10.0.0.3/32 -j ACCEPT";
const insert = (rule: string, place = ""): string => rule.replace("-A X", `-I X${place}`);
const remove = (rule: string): string => rule.replace("-A X", "-D X");

describe("lines that change rules", () => {
  it.each([
    ["-I puts a rule in front", [a, insert(b)], [b, a], []],
    ["-I twice turns the order round", [a, insert(b), insert(c)], [c, b, a], []],
    [
      "-I with a number puts it there, among rules that are known",
      [":X - [0:0]", a, b, insert(c, " 2")],
      [a, c, b],
      [],
    ],
    ["-I in a chain not known from its beginning", [a, insert(b, " 2")], [a, b], ["iptables-save/place-unknown@3:1"]],
    ["-D takes away the rule that means the same", [a, b, "-D X --source 10.0.0.1 --jump ACCEPT"], [b], []],
    ["-D takes away the first of two", [a, b, a, remove(a)], [b, a], []],
    ["-D of a rule that is not here", [a, remove(b)], [a], ["iptables-save/nothing-to-change@3:1"]],
    ["-D by number where all rules are known", [":X - [0:0]", a, b, "-D X 1"], [b], []],
    ["-D by number where they are not", [a, b, "-D X 1"], [a, b], ["iptables-save/nothing-to-change@4:1"]],
    ["-R replaces", [":X - [0:0]", a, b, c.replace("-A X", "-R X 1")], [c, b], []],
    ["-F of a chain makes it known", [a, "-F X", b, "-D X 1"], [], []],
    ["-F of the table", [a, "-F", b], [b], []],
    ["-X takes a chain away", [":X - [0:0]", "-X X"], [], []],
    ["-E renames", [a, "-E X Y"], [a.replace("-A X", "-A Y")], []],
    ["-C and -Z change nothing", [a, "-C X -j DROP", "-Z X"], [a], []],
    ["long names", [a, "--insert X --source 10.0.0.2 --jump ACCEPT"], [b, a], []],
    [
      "a comment with a line end",
      [a, '-I X -m comment --comment "two\nlines"'],
      ['-A X -m comment --comment "two\nlines"', a],
      [],
    ],
  ])("%s", (_, lines, rules, told) => expect(left(...lines)).toEqual({ rules, told }));

  it("are what kube-proxy gives iptables-restore", () => {
    const text = `*nat
:KUBE-SERVICES - [0:0]
:KUBE-SEP-OLD - [0:0]
:KUBE-MARK-MASQ - [0:0]
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j KUBE-MARK-MASQ
-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
-X KUBE-SEP-OLD
COMMIT
`;
    const { rulesets } = read(text);
    expect(rulesets[0]?.tables.get("nat")?.chains.has("KUBE-SEP-OLD")).toBe(false);
    expect(rulesIn(rulesets[0], "nat")).toEqual([
      "-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j KUBE-MARK-MASQ",
      "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
    ]);
  });

  it("behind a dump leave the dump alone", () => {
    const dump =
      "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n";
    const { rulesets } = read(`${dump}-I INPUT 1 -j DROP\n`);
    expect(outline(rulesets)[0]).toBe("4 filter:whole");
    expect(rulesIn(rulesets[0], "filter")).toEqual(["-A INPUT -j ACCEPT"]);
  });

  it("cost the same for each, however many there are", () => {
    const many = (n: number): string[] =>
      Array.from({ length: n }, (_, i) => insert(a.replace("0.0.1", `0.${i >> 8}.${i & 255}`)));
    expect(left(...many(3000)).rules).toHaveLength(3000);
  });
});
