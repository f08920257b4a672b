import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { encodeExactly } from "../../base/exact-bytes.ts";
import { sourceText } from "../../base/source.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import { printTexts } from "../print.ts";
import { iptablesSave } from "./iptables-save.ts";
import { iptablesSavePrinter } from "./print.ts";
import { outline, read, rulesIn, segmentOf } from "./testing/segment.ts";

const fixtures = join(dirname(fileURLToPath(import.meta.url)), "fixtures");
const names = readdirSync(fixtures);
const fixture = (name: string): string => readFileSync(join(fixtures, name), "utf8");

/** Rules of a dump by table, counters taken off. */
function rulesInText(text: string): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  let rules: string[] = [];
  for (const line of text.replace(/"([^"\\]|\\.)*"/gs, (quoted) => quoted.replace(/\n/g, "\0")).split("\n")) {
    const table = /^\*(nat|filter|mangle|raw)$/.exec(line)?.[1];
    if (table) {
      rules = [];
      tables.set(table, rules);
    } else if (/^(\[\d+:\d+\] )?-A /.test(line)) rules.push(line.replace(/^\[\d+:\d+\] /, "").replace(/\0/g, "\n"));
  }
  return tables;
}

describe("dumps as the tools write them", () => {
  it.each(names.filter((name) => !name.includes("-S-")))("%s: every rule is printed as it was read", (name) => {
    const text = fixture(name);
    const [ruleset, ...more] = read(text).rulesets;
    expect(more).toEqual([]);
    for (const [table, rules] of rulesInText(text)) expect(rulesIn(ruleset, table as TableName)).toEqual(rules);
  });

  it.each([
    ["incident-healthy.iptables-1.8.9.txt", ["4 nat:whole filter:whole mangle:whole raw:whole complete"], []],
    ["incident-healthy-counters.iptables-1.8.9.txt", ["4 nat:whole filter:whole mangle:whole raw:whole complete"], []],
    ["seed-broken.txt", ["4 nat:partial"], ["iptables-save/partial-table@1:1"]],
    ["six.ip6tables-1.8.9-legacy.txt", ["6 filter:whole nat:whole complete"], []],
    ["odd.iptables-1.8.9-legacy.txt", ["4 filter:whole nat:whole complete"], []],
    ["odd.iptables-1.8.9-nft.txt", ["4 filter:whole nat:whole complete"], []],
  ])("%s: state and diagnostics", (name, state, troubles) => {
    const result = read(fixture(name));
    expect(outline(result.rulesets)).toEqual(state);
    expect(result.troubles).toEqual(troubles);
  });

  it("are printed with the bytes they had, UTF-8 or not", () => {
    const head = "*filter\n:INPUT ACCEPT [0:0]\n";
    const rule = '[1:60] -A INPUT -m comment --comment "\u0080\u00ff bad" -j ACCEPT';
    const bytes = Uint8Array.from([...`${head}${rule}\nCOMMIT\n`].map((c) => c.charCodeAt(0)));
    const lines = [...printTexts([sourceText("s", "s", bytes)], iptablesSavePrinter, () => {})];
    expect([...encodeExactly(`${lines.join("\n")}\n`)]).toEqual([...bytes]);
  });

  it.each([
    ["odd.iptables-1.8.9-nft.txt", { name: "iptables-nft-save", version: "1.8.9", backend: "nft" }],
    ["odd.iptables-1.8.9-legacy.txt", { name: "iptables-save", version: "1.8.9", backend: "legacy" }],
  ])("%s: tool", (name, tool) => expect(read(fixture(name)).rulesets[0]?.tool).toEqual(tool));

  it("of the nft backend tell that the other one has rules", () =>
    expect(read(fixture("odd.iptables-1.8.9-nft.txt")).rulesets[0]?.otherBackend).toMatchObject({ from: 0 }));

  it.each(names.filter((name) => /\.ip6?tables-[^S]/.test(name)))(
    "%s: is printed as it was read, byte for byte",
    (name) => {
      const text = fixture(name);
      const source = sourceText("s", name, text);
      const troubles: Diagnostic[] = [];
      const lines = [...printTexts([source], iptablesSavePrinter, (trouble) => void troubles.push(trouble))];
      expect(`${lines.join("\n")}\n`).toBe(text);
    },
  );

  it("keep counters, policies and numbers", () => {
    const text =
      "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [3:4]\n:OUTPUT ACCEPT [0:0]\n[1:60] -A INPUT\n[12345678901:2] -A FORWARD -j DROP\n-A INPUT\nCOMMIT\n";
    const filter = read(text).rulesets[0]?.tables.get("filter");
    expect(filter?.chains.get("FORWARD")?.policy).toBe("DROP");
    expect(filter?.chains.get("FORWARD")?.rules.at(0)?.counters).toEqual({ packets: "12345678901", bytes: "2" });
    expect([0, 1, 2].map((i) => filter?.chains.get("INPUT")?.rules.at(i)?.number)).toEqual([1, 2, undefined]);
  });

  it("may hold a comment of several lines, told from a quote that was cut off", () => {
    const [ruleset] = read(fixture("odd.iptables-1.8.9-legacy.txt")).rulesets;
    const rules = ruleset?.tables.get("nat")?.chains.get("KUBE-SERVICES")?.rules;
    expect(rules?.length).toBe(4 - 1);
    expect(rules?.at(2)?.matches[0]?.value).toEqual({ comment: { negated: false, is: "two\n-A INPUT -j DROP lines" } });
    const cut = read(
      '*nat\n-A A -m comment --comment "cut\n-A A -m comment --comment "whole" -j B\n-A A -j B\nCOMMIT\n',
    );
    expect(cut.troubles).toContain("rule/open-quote@2:27");
    expect(cut.rulesets[0]?.tables.get("nat")?.chains.get("A")?.rules.length).toBe(3);
  });
});

describe("iptables -S", () => {
  it("lists chains, then rules; the command says which table", () => {
    const nat = read(fixture("odd-nat.iptables-S-1.8.9-legacy.txt"), { words: ["iptables", "-t", "nat", "-S"] });
    expect(outline(nat.rulesets)).toEqual(["4 nat:whole"]);
    expect(nat.troubles).toEqual(["iptables-save/table-inferred@1:1"]);
  });
  it("shows counters between matches and target", () => {
    const text = fixture("odd-filter.iptables-S-v-1.8.9-legacy.txt")
      .replace("DROP -c 0 0", "DROP -c 7 8")
      .replace("-c 0 0 -j KUBE", "-c 5 600 -j KUBE");
    const { rulesets } = read(text);
    expect(outline(rulesets)).toEqual(["4 filter:whole"]);
    expect(rulesets[0]?.tables.get("filter")?.chains.get("FORWARD")?.rules.at(0)?.counters).toEqual({
      packets: "5",
      bytes: "600",
    });
  });
  it("of one chain is partial, and jumps out of it are no errors", () => {
    const { rulesets, troubles } = read("-N KUBE-SERVICES\n-A KUBE-SERVICES -j KUBE-MARK-MASQ\n", {
      words: ["iptables", "-t", "nat", "-S", "KUBE-SERVICES"],
    });
    expect(outline(rulesets)).toEqual(["4 nat:partial"]);
    expect(troubles).toEqual(["iptables-save/table-inferred@1:1", "iptables-save/partial-table@1:1"]);
  });
  it("twice in a row gives two tables", () => {
    const nat = fixture("odd-nat.iptables-S-1.8.9-legacy.txt");
    const filter = fixture("odd-filter.iptables-S-v-1.8.9-legacy.txt");
    expect(outline(read(nat + filter).rulesets)).toEqual(["4 nat:whole filter:whole"]);
  });
});

describe("pieces of dumps", () => {
  const piece = (text: string, command?: readonly string[], filtered = false) =>
    outline(read(text, command && { words: command, filtered }).rulesets);
  it.each([
    ["-A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE\n", "4 nat:partial"],
    ["-A KUBE-SERVICES -m set --match-set X dst,dst -j KUBE-MARK-MASQ\n", "4 nat:partial"],
    ["-A KUBE-FORWARD -j ACCEPT\n", "4 filter:partial"],
    ["-A FORWARD -j ACCEPT\n-A PREROUTING -j ACCEPT\n", "4 mangle:partial"],
    ["-A PREROUTING -j CT --notrack\n", "4 raw:partial"],
    ["-A INPUT -s fd00::/8 -j ACCEPT\n", "6 filter:partial"],
    ["-A INPUT -p ipv6-icmp -j ACCEPT\n", "6 filter:partial"],
  ])("%s", (text, state) => expect(piece(text)).toEqual([state]));
  it("of several tables are told apart, as iptables-save | grep KUBE prints them", () => {
    const text = [
      ":KUBE-FORWARD - [0:0]",
      ":KUBE-SERVICES - [0:0]",
      "-A INPUT -j KUBE-SERVICES",
      "-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT",
      ":KUBE-MARK-MASQ - [0:0]",
      ":KUBE-SERVICES - [0:0]",
      "-A PREROUTING -j KUBE-SERVICES",
      "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
      "-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ",
    ].join("\n");
    const { rulesets } = read(text);
    expect(outline(rulesets)).toEqual(["4 filter:partial nat:partial"]);
    expect(rulesIn(rulesets[0], "filter")).toEqual([
      "-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT",
      "-A INPUT -j KUBE-SERVICES",
    ]);
    expect(rulesIn(rulesets[0], "nat")).toHaveLength(3);
  });
  it("of one table in any order stay together", () => {
    const text =
      "-A KUBE-SERVICES -j KUBE-MARK-MASQ\n-A POSTROUTING -j KUBE-POSTROUTING\n-A KUBE-POSTROUTING -j MASQUERADE\n-A OUTPUT -j KUBE-SERVICES\n-A KUBE-SERVICES -j RETURN\n";
    const { rulesets, troubles } = read(text);
    expect(outline(rulesets)).toEqual(["4 nat:partial"]);
    expect(rulesets[0]?.tables.get("nat")?.chains.get("KUBE-SERVICES")?.rules.at(1)).toMatchObject({
      number: 2,
      target: { name: "RETURN" },
    });
    expect(troubles).toEqual(["iptables-save/table-inferred@1:1", "iptables-save/partial-table@1:1"]);
  });
  it("without a built-in chain are partial, even in a frame", () =>
    expect(piece("*nat\n:KUBE-X - [0:0]\n-A KUBE-X -j ACCEPT\nCOMMIT\n")).toEqual(["4 nat:partial"]));
  it("take table and family from the command", () => {
    expect(piece("-A X -j ACCEPT\n", ["ip6tables", "-t", "raw", "-S", "X"])).toEqual(["6 raw:partial"]);
  });
  it("are partial when lines were filtered, cut off or not understood", () => {
    const whole =
      "# Generated by iptables-save v1.8.9 on Sun Nov 22 20:24:21 2026\n*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n# Completed on Sun Nov 22 20:24:21 2026\n";
    expect(piece(whole)).toEqual(["4 nat:whole"]);
    expect(piece(whole + whole.replaceAll("nat", "mangle"))).toEqual(["4 nat:whole mangle:whole complete"]);
    expect(piece(whole, ["iptables-save"])).toEqual(["4 nat:whole complete"]);
    expect(piece(whole, ["iptables-save", "-t", "nat"])).toEqual(["4 nat:whole"]);
    expect(piece(whole, ["iptables-save"], true)).toEqual(["4 nat:partial"]);
    expect(piece(whole.replace("COMMIT", "COMMENT"))).toEqual(["4 nat:partial"]);
    expect(piece(whole.replace(/# Completed.*\n/, ""))).toEqual(["4 nat:whole"]);
    expect(outline(read(whole.slice(0, 100), undefined, true).rulesets)).toEqual(["4 nat:partial"]);
  });
  it("of v4 and v6, or of two nodes, are kept apart", () => {
    const four = "*nat\n-A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE\nCOMMIT\n";
    const six = "*nat\n-A POSTROUTING -s fd00::/8 -j MASQUERADE\nCOMMIT\n";
    expect(outline(read(four + six).rulesets)).toEqual(["4 nat:partial", "6 nat:partial"]);
    const twice = read(four + four);
    expect(outline(twice.rulesets)).toEqual(["4 nat:partial", "4 nat:partial"]);
    expect(twice.troubles).toContain("iptables-save/table-twice@4:1");
  });
});

describe("what the kernel could not have printed", () => {
  const frame = (chains: string, rules: string): string => `*nat\n:PREROUTING ACCEPT [0:0]\n${chains}${rules}COMMIT\n`;
  const told = (text: string): readonly string[] =>
    read(text).troubles.filter((t) => !/partial-table|built-in-missing/.test(t));
  it.each([
    [
      "rules of a chain that is not declared",
      frame("", "-A KUBE-X -j ACCEPT\n"),
      ["iptables-save/chain-not-declared@3:1"],
    ],
    [
      "a jump to a chain that is not there",
      frame("", "-A PREROUTING -j KUBE-X\n"),
      ["iptables-save/chain-missing@3:1"],
    ],
    ["a chain declared twice", frame(":A - [0:0]\n:A - [0:0]\n", ""), ["iptables-save/chain-twice@4:1"]],
    ["a policy on a user-defined chain", frame(":A ACCEPT [0:0]\n", ""), ["iptables-save/policy-on-user-chain@3:1"]],
    ["a built-in chain without policy", frame(":OUTPUT - [0:0]\n", ""), ["iptables-save/policy-missing@3:1"]],
    [
      "jumps in a circle",
      frame(":A - [0:0]\n:B - [0:0]\n", "-A A -j B\n-A B -g A\n"),
      ["iptables-save/cyclic-jump@6:1"],
    ],
    ["a jump to itself", frame(":A - [0:0]\n", "-A A -j A\n"), ["iptables-save/cyclic-jump@4:1"]],
    ["a jump to a built-in chain", frame("", "-A PREROUTING -j POSTROUTING\n"), ["iptables-save/jump-to-built-in@3:1"]],
    ["a target of another table", frame("", "-A PREROUTING -j REJECT\n"), ["iptables-save/target-in-wrong-table@3:1"]],
    ["a line of something else", frame("", "hello\n"), ["iptables-save/not-understood@3:1"]],
    [
      "a number out of range",
      frame("", "-A PREROUTING -p tcp -m tcp --dport 65536\n"),
      ["match/value-out-of-range@3:37"],
    ],
    ["an unknown match", frame("", "-A PREROUTING -m nosuch --what 1 -j ACCEPT\n"), ["rule/unknown-match@3:18"]],
    ["an unknown target", frame("", "-A PREROUTING -j NOSUCH --what 1\n"), ["rule/unknown-target@3:18"]],
    ["a table that does not exist", "*nut\n-A A\nCOMMIT\n", ["iptables-save/unknown-table@1:1"]],
    [
      "a command",
      frame("", "-D PREROUTING 1\n"),
      ["iptables-save/changes-rules@3:1", "iptables-save/nothing-to-change@3:1"],
    ],
    ["COMMIT alone", "COMMIT\n", ["iptables-save/stray-commit@1:1"]],
    ["a table of nft", "# Table `nat' is incompatible, use 'nft' tool.\n", ["iptables-save/incompatible-table@1:1"]],
  ])("%s", (_, text, troubles) => expect(told(text)).toEqual(troubles));
});

describe("recognition", () => {
  it.each([
    ["*nat", "strong", "strong"],
    [":PREROUTING ACCEPT [0:0]", "strong", "strong"],
    ["-A KUBE-SERVICES -j KUBE-MARK-MASQ", "strong", "strong"],
    ["-A KUBE-SERVICES ! -s 10.0.0.0/8 -j X", "strong", "strong"],
    ["-A KUBE-SERVICES", "strong", "strong"],
    ["-A -t 10.0.0.1:443 -s rr", undefined, undefined],
    ["-a -t 10.0.0.1:443 -r 10.0.0.2:443 -m -w 1", undefined, undefined],
    ["-A test 1.2.3.4", "weak", "weak"],
    ["-P INPUT ACCEPT", "strong", "strong"],
    ["COMMIT", "weak", "weak"],
    ["# Completed on Sun Nov 22 20:24:21 2026", "weak", "weak"],
    ["# a note", undefined, "weak"],
    ['lines" -j KUBE-MARK-MASQ', undefined, "weak"],
    ["hello", undefined, undefined],
  ])("%s", (line, outside, inside) => {
    expect(iptablesSave.sniff(line, false)).toBe(outside);
    expect(iptablesSave.sniff(line, true)).toBe(inside);
  });
  it("by command", () => {
    expect(iptablesSave.printedBy(["iptables-save", "-t", "nat"])).toBe(true);
    expect(iptablesSave.printedBy(["ip6tables-nft-save"])).toBe(true);
    expect(iptablesSave.printedBy(["iptables", "-t", "nat", "-S"])).toBe(true);
    expect(iptablesSave.printedBy(["iptables", "-t", "nat", "-L"])).toBe(false);
    expect(iptablesSave.printedBy(["ipset", "save"])).toBe(false);
  });
});

describe("laws", () => {
  const whole = fixture("odd.iptables-1.8.9-legacy.txt");
  it("CRLF gives the same rules", () => {
    const tables = ["nat", "filter"] as const;
    // The comment with a line end keeps the CR it has inside.
    const text = whole.replace(/-A KUBE-SERVICES -m comment --comment "two\n.*\n/, "");
    for (const table of tables)
      expect(rulesIn(read(text.replace(/\n/g, "\r\n")).rulesets[0], table)).toEqual(
        rulesIn(read(text).rulesets[0], table),
      );
  });
  it("a dump cut off anywhere is read up to there, with every span inside the text", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (length) => {
        const text = whole.slice(0, length);
        const { diagnostics, value } = iptablesSave.parse(segmentOf(text, undefined, true));
        const size = new TextEncoder().encode(text).length;
        for (const { at } of diagnostics) expect(at.from >= 0 && at.from < at.to && at.to <= size + 1).toBe(true);
        expect(value.coverage).toBe("partial");
      }),
      { numRuns: 400 },
    );
  });
  it("damage anywhere is never thrown", () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 6 }), fc.nat(30), (at, insert, remove) => {
        const text = whole.slice(0, at) + insert + whole.slice(at + remove);
        for (const { tables } of read(text).rulesets)
          for (const name of tables.keys()) rulesIn({ family: 4, complete: false, tables }, name);
      }),
      { numRuns: 300 },
    );
  });
});
