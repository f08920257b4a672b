import { describe, expect, it } from "vitest";
import { sourceText } from "../../base/source.ts";
import type { RuleList } from "../../model/netfilter/rule.ts";
import { readNode } from "../read.ts";

const chain = (...rules: readonly string[]): RuleList | undefined => {
  const text = ["*nat", ":A - [0:0]", ...rules, "COMMIT", ""].join("\n");
  return readNode([sourceText("a", "a.txt", text)])
    .snapshot.iptables.get(4)
    ?.tables.get("nat")
    ?.chains.get("A")?.rules;
};

describe("lines of two chains", () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[], boolean])[] = [
    [
      "the same rules",
      ["-A A -s 10.0.0.1/32 -j RETURN", "-A A -j ACCEPT"],
      ["-A A -s 10.0.0.1/32 -j RETURN", "-A A -j ACCEPT"],
      true,
    ],
    ["other counters", ["[1:60] -A A -j ACCEPT"], ["[27:1620] -A A -j ACCEPT"], true],
    ["counters on one side", ["[1:60] -A A -j ACCEPT"], ["-A A -j ACCEPT"], true],
    ["another address", ["-A A -s 10.0.0.1/32 -j RETURN"], ["-A A -s 10.0.0.2/32 -j RETURN"], false],
    ["one rule more", ["-A A -j ACCEPT"], ["-A A -j ACCEPT", "-A A -j ACCEPT"], false],
    ["another order", ["-A A -j RETURN", "-A A -j ACCEPT"], ["-A A -j ACCEPT", "-A A -j RETURN"], false],
    ["a rule over two lines", ['-A A -j LOG --log-prefix "a', 'b"'], ['-A A -j LOG --log-prefix "a', 'c"'], false],
  ];
  it.each(cases)("%s", (_, here, there, same) => {
    const [a, b] = [chain(...here), chain(...there)];
    expect(a?.lines && b?.lines?.sameAs(a.lines)).toBe(same);
  });
});

describe("rules whose lines another chain does not have", () => {
  const accept = "-A A -j ACCEPT";
  const back = "-A A -s 10.0.0.1/32 -j RETURN";
  const cases: readonly (readonly [string, readonly string[], readonly string[], unknown])[] = [
    ["none in the same chain", [back, accept], [back, accept], [[], []]],
    ["none in another order", [accept, back], [back, accept], [[], []]],
    ["none for other counters", [`[1:60] ${accept}`], [`[27:1620] ${accept}`], [[], []]],
    ["one on each side", [accept, back], ["-A A -s 10.0.0.2/32 -j RETURN", accept], [[1], [0]]],
    ["the last of several alike", [accept], [accept, back, accept], [[], [1, 2]]],
    ["not known for a rule over two lines", [accept], ['-A A -j LOG --log-prefix "a', 'b"'], undefined],
  ];
  it.each(cases)("%s", (_, here, there, places) => {
    const [a, b] = [chain(...here), chain(...there)];
    expect(b?.lines && a?.lines?.unlike(b.lines)).toEqual(places);
  });
});
