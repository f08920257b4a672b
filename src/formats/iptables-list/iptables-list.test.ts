import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { TableName } from "../../model/netfilter/hook.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Reading } from "../reading.ts";
import { codes, fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { iptablesList } from "./iptables-list.ts";
import { chain, n, nv, printed, rulesIn, tableOf } from "./testing/listing.ts";
import { listingOf, recordedRules } from "./testing/recorded.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const fixture = (name: string): string => readFileSync(`${here}fixtures/${name}.txt`, "utf8");
const saved = (name: string): string => readFileSync(`${here}../iptables-save/fixtures/${name}.txt`, "utf8");

const withoutInterfaces = (rule: string): string => rule.replace(/ (?:! )?-[io] \S+/g, "");

const counts = {
  numeric: { rules: 416, equal: 403, hidden: 11, undecided: 2 },
  plain: { rules: 416, equal: 402, hidden: 12, undecided: 2 },
};

fixtureChecks(iptablesList, here);

describe("the rules of a listing are those that iptables-save prints", () => {
  it.each(["incident-nat.iptables-1.8.9-legacy-nvL", "incident-nat.iptables-1.8.9-nft-nvL"])("%s", (name) => {
    const reading = read(fixture(name));
    expect([...printed(reading, "nat")].sort()).toEqual(
      [...printed(read(saved("incident-healthy.iptables-1.8.9")), "nat")].sort(),
    );
    expect(tableOf(reading, "nat")?.state).toBe("whole");
    expect(rulesIn(tableOf(reading, "nat")).every((rule) => rule.understood && rule.hidden === undefined)).toBe(true);
    expect(codes(reading)).toEqual(["iptables-save/table-inferred"]);
  });

  it("but for interfaces, where -v was not given", () => {
    const reading = read(fixture("incident-nat.iptables-1.8.9-legacy-nL-numbers"));
    const whole = printed(read(saved("incident-healthy.iptables-1.8.9")), "nat");
    expect([...printed(reading, "nat")].sort()).toEqual(whole.map(withoutInterfaces).sort());
    expect(rulesIn(tableOf(reading, "nat")).every((rule) => rule.hidden?.includes("interfaces"))).toBe(true);
    expect(codes(reading)).toContain("iptables-list/without-interfaces");
  });

  it("in each way of listing one table", () => {
    const wanted = printed(read(fixture("docker-filter.iptables-1.8.9-legacy-nvxL-numbers")), "filter");
    expect(wanted).toContain("-A INPUT -i lo -j ACCEPT");
    expect(wanted).toContain("-A KUBE-FORWARD ! -p tcp");
    expect(wanted).toContain("-A KUBE-FORWARD -s 10.244.0.0/16 -f -j ACCEPT");
    expect(wanted).toContain(
      '-A cali-INPUT -m comment --comment "cali:6McIeIDvPdL6PE1T" -m comment --comment "Drop, unless allowed */ elsewhere" -m mark --mark 0x40000/0x40000 -g DOCKER-USER',
    );
    expect([...printed(read(fixture("docker-filter.iptables-1.8.9-nft-vL")), "filter")].sort()).toEqual(
      [...wanted].sort(),
    );
    expect(printed(read(fixture("docker-filter.iptables-1.8.9-legacy-L")), "filter")).toEqual(
      wanted.map(withoutInterfaces),
    );
  });

  it("of IPv6", () => {
    const verbose = read(fixture("kube-nat.ip6tables-1.8.9-legacy-nvL"));
    expect(printed(verbose, "nat", 6)).toContain(
      "-A KUBE-SEP-XKVRR2OXJUH3WHQD -p tcp -m comment --comment default/kubernetes:https -m tcp -j DNAT --to-destination [fd00:10::5]:6443".replace(
        "default/kubernetes:https",
        '"default/kubernetes:https"',
      ),
    );
    const plain = read(fixture("kube-nat.ip6tables-1.8.9-nft-nL"));
    expect([...printed(plain, "nat", 6)].sort()).toEqual([...printed(verbose, "nat", 6)].sort());
  });
});

describe("every rule that the kernel took", () => {
  const rules = recordedRules("iptables-1.8.9-legacy.txt");
  /** Both say the same: a full range of ports matches everything. */
  const sameMeaning = new Map([["-A INPUT -p sctp -m sctp --sport 0:65535", "-A INPUT -p sctp -m sctp"]]);

  it.each(["numeric", "plain"] as const)(
    "reads from its %s row as from its saved line, or says what it hides",
    (how) => {
      const wrong: string[] = [];
      const count = { equal: 0, hidden: 0, undecided: 0 };
      for (const one of rules) {
        const reading = read(listingOf(one, how));
        const rule = rulesIn(tableOf(reading, one.table as TableName, one.family))[0];
        const wanted = sameMeaning.get(one.saved) ?? one.saved;
        const shown = how === "plain" ? withoutInterfaces(wanted) : wanted;
        if (rule && printRule(rule) === shown) count.equal++;
        else if (rule?.hidden?.includes("options") && codes(reading).includes("rule/not-listed")) count.hidden++;
        else if (rule && !rule.understood && codes(reading).some((code) => /^(?:rule|match|target)\//.test(code)))
          count.undecided++;
        else wrong.push(`${one.saved}\n  ${rule ? printRule(rule) : "no rule"}\n  ${one[how]}`);
      }
      expect(wrong).toEqual([]);
      expect({ rules: rules.length, ...count }).toEqual(counts[how]);
    },
  );
});

describe("tables", () => {
  const both = fixture("filter-and-nat.iptables-1.8.9-legacy-nvL");
  it("are told apart in one listing after the other", () => {
    const reading = read(both);
    expect([...(reading.snapshot.iptables.get(4)?.tables.keys() ?? [])].sort()).toEqual(["filter", "nat"]);
    expect(tableOf(reading, "filter")?.state).toBe("whole");
    expect(tableOf(reading, "nat")?.state).toBe("whole");
    expect(reading.segments.map((s) => [s.coverage, s.counts.map((c) => `${c.n} ${c.of.en}`)])).toEqual([
      ["whole", ["32 rules", "19 chains"]],
    ]);
  });
  it("are what the command says", () => {
    const empty = `Chain PREROUTING (policy ACCEPT)\n${n}\n\nChain OUTPUT (policy ACCEPT)\n${n}\n`;
    expect([...(read(`# iptables -t raw -nL\n${empty}`).snapshot.iptables.get(4)?.tables.keys() ?? [])]).toEqual([
      "raw",
    ]);
    expect([...(read(`# ip6tables -t raw -L\n${empty}`).snapshot.iptables.get(6)?.tables.keys() ?? [])]).toEqual([
      "raw",
    ]);
  });
  it("are partial where one chain was listed, or rows are missing", () => {
    const one = read(
      "$ iptables -t nat -nvL KUBE-X\n" +
        chain(nv, "    0     0 RETURN     0    --  *      *       0.0.0.0/0            0.0.0.0/0"),
    );
    expect(tableOf(one, "nat")?.state).toBe("partial");
    const lines = fixture("incident-nat.iptables-1.8.9-legacy-nvL").split("\n");
    const without = (pattern: RegExp): Reading => read(lines.filter((line) => !pattern.test(line)).join("\n"));
    expect(tableOf(without(/^Chain OUTPUT/), "nat")?.state).toBe("partial");
    const cut = without(/KUBE-MARK-MASQ {2}0.*KUBE-CLUSTER-IP/);
    expect(tableOf(cut, "nat")?.state).toBe("partial");
    expect(codes(cut)).toContain("iptables-list/rows-missing");
    const numbers = fixture("incident-nat.iptables-1.8.9-legacy-nL-numbers").replace(/^1 .*172\.16.*\n/m, "");
    expect(codes(read(numbers))).toContain("iptables-list/rows-missing");
  });
  it("with rows of a chain that is only in the command", () => {
    const reading = read(
      "$ iptables -t nat -nvL POSTROUTING | grep MASQ\n    0     0 MASQUERADE  0    --  *      !docker0  172.17.0.0/16        0.0.0.0/0           \n",
    );
    expect(printed(reading, "nat")).toEqual(["-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE"]);
    expect(tableOf(reading, "nat")?.state).toBe("partial");
  });
});

describe("a listing beside another dump of the same table", () => {
  const save = saved("incident-healthy.iptables-1.8.9");
  const listing = `$ iptables -t nat -nL --line-numbers\n${fixture("incident-nat.iptables-1.8.9-legacy-nL-numbers")}`;
  it.each([
    ["in front", `${listing}\n$ iptables-save\n${save}`],
    ["behind it", `$ iptables-save\n${save}\n${listing}`],
  ])("%s is no second node's, and what shows more is used", (_, text) => {
    const reading = read(text);
    expect(codes(reading)).not.toContain("paste/second-node");
    expect(rulesIn(tableOf(reading, "nat")).some((rule) => rule.hidden)).toBe(false);
    expect([...printed(reading, "nat")].sort()).toEqual([...printed(read(save), "nat")].sort());
    expect(tableOf(reading, "nat")?.state).toBe("whole");
  });
  it("that differs is a second node's", () => {
    expect(codes(read(`${listing}\n$ iptables-save\n${saved("incident-broken.iptables-1.8.9")}`))).toContain(
      "paste/second-node",
    );
  });
  it("chain after chain is one table", () => {
    const row = (target: string): string =>
      `    0     0 ${target}     0    --  *      *       0.0.0.0/0            0.0.0.0/0`;
    const one = (name: string, target: string): string =>
      `$ iptables -t nat -nvL ${name}\nChain ${name} (1 references)\n${nv}\n${row(target)}\n`;
    const reading = read(`${one("KUBE-A", "ACCEPT")}\n${one("KUBE-B", "RETURN")}`);
    expect(codes(reading)).not.toContain("paste/second-node");
    expect(printed(reading, "nat")).toEqual(["-A KUBE-A -j ACCEPT", "-A KUBE-B -j RETURN"]);
  });
});

describe("what iptables does not print", () => {
  it.each<[name: string, text: string, code: string]>([
    [
      "rows whose chain is not there",
      "    0     0 ACCEPT     6    --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:22\n",
      "iptables-list/row-without-chain",
    ],
    [
      "a listing on one line",
      "Chain INPUT (policy ACCEPT) target prot opt source destination\n",
      "iptables-list/line-structure-lost",
    ],
    [
      "what nft holds beside it",
      `Chain INPUT (policy ACCEPT)\n${n}\nchain \`X' in table \`filter' is incompatible, use 'nft' tool.\n`,
      "iptables-list/incompatible-table",
    ],
    [
      "a broken row",
      `Chain INPUT (policy ACCEPT)\n${n}\nACCEPT     tcp  --  0.0.0.0/0\nACCEPT     tcp  --  10.0.0.0/8           0.0.0.0/0\n`,
      "paste/unrecognised",
    ],
  ])("%s", (_, text, code) => {
    const reading = read(text);
    expect(codes(reading)).toContain(code);
    expect(formatsOf(reading)).toEqual(["iptables-list"]);
  });

  it("takes time that grows with its length", () => {
    const row = `ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0            ${"/* a */ x ".repeat(600)}`;
    const reading = read(chain(n, row, row.repeat(3)));
    expect(codes(reading).filter((code) => code === "rule/unread-text").length).toBeGreaterThan(0);
  });
});
