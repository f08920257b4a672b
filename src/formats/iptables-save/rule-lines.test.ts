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
