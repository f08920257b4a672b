import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { sourceText } from "../../base/source.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import { type Rule, rulesOf } from "../../model/netfilter/rule.ts";
import type { Table } from "../../model/netfilter/ruleset.ts";
import { iptablesSavePrinter } from "../iptables-save/print.ts";
import { printTexts } from "../print.ts";
import type { Reading } from "../reading.ts";
import { codes, covered, fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { iptablesList } from "./iptables-list.ts";
import { listingOf, recordedRules } from "./testing/recorded.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const fixture = (name: string): string => readFileSync(`${here}fixtures/${name}.txt`, "utf8");
const saved = (name: string): string => readFileSync(`${here}../iptables-save/fixtures/${name}.txt`, "utf8");

const tableOf = (reading: Reading, name: TableName, family: 4 | 6 = 4): Table | undefined =>
  reading.snapshot.iptables.get(family)?.tables.get(name);
const rulesIn = (table: Table | undefined): readonly Rule[] =>
  [...(table?.chains.values() ?? [])].flatMap((chain) => [...rulesOf(chain.rules)]);
const printed = (reading: Reading, name: TableName, family: 4 | 6 = 4): readonly string[] =>
  rulesIn(tableOf(reading, name, family)).map(printRule);
const withoutInterfaces = (rule: string): string => rule.replace(/ (?:! )?-[io] \S+/g, "");

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

const counts = {
  numeric: { rules: 416, equal: 403, hidden: 11, undecided: 2 },
  plain: { rules: 416, equal: 402, hidden: 12, undecided: 2 },
};

/** A listing of one chain, its rows as given. */
const chain = (header: string, ...rows: readonly string[]): string =>
  [`Chain KUBE-X (1 references)`, header, ...rows, ""].join("\n");
const n = "target     prot opt source               destination         ";
const nv = " pkts bytes target     prot opt in     out     source               destination         ";
const numbered = "num   pkts bytes target     prot opt in     out     source               destination         ";

describe("a row", () => {
  it.each<[name: string, header: string, row: string, rule: string]>([
    [
      "protocol by number, as 1.8.9 writes it",
      n,
      "ACCEPT     6    --  0.0.0.0/0            0.0.0.0/0            tcp dpt:80",
      "-p tcp -m tcp --dport 80 -j ACCEPT",
    ],
    [
      "protocol by name, as other versions write it",
      n,
      "ACCEPT     tcp  --  0.0.0.0/0            0.0.0.0/0            tcp dpt:80",
      "-p tcp -m tcp --dport 80 -j ACCEPT",
    ],
    [
      "no target",
      nv,
      "    0     0           !6    --  *      *       0.0.0.0/0            0.0.0.0/0           ",
      "! -p tcp",
    ],
    ["no target, no protocol", n, "           all  --  10.0.0.1             0.0.0.0/0", "-s 10.0.0.1/32"],
    [
      "negated addresses take the blank's place",
      n,
      "DROP       all  -- !10.0.0.0/8          !10.96.0.1           ",
      "! -s 10.0.0.0/8 ! -d 10.96.0.1/32 -j DROP",
    ],
    [
      "interfaces",
      nv,
      "    0     0 DROP       0    --  !docker0 eth+    0.0.0.0/0            0.0.0.0/0           ",
      "! -i docker0 -o eth+ -j DROP",
    ],
    [
      "fragments",
      nv,
      "    0     0 DROP       0    !f  *      *       0.0.0.0/0            0.0.0.0/0           ",
      "! -f -j DROP",
    ],
    [
      "goto",
      n,
      "KUBE-SEP-1  all  --  0.0.0.0/0            0.0.0.0/0           [goto]  /* x */",
      "-m comment --comment x -g KUBE-SEP-1",
    ],
    [
      "rounded counters",
      numbered,
      "12    100K 9999M ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0",
      "-j ACCEPT",
    ],
    [
      "long counters of -x",
      nv,
      " 1234567 123456789012 ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0",
      "-j ACCEPT",
    ],
    [
      "a long name",
      n,
      "KUBE-SVC-NPX46M4PTMTKRN6YABCD  all  --  0.0.0.0/0            10.96.0.1            /* default/kubernetes:https cluster IP */ tcp dpt:443",
      '-d 10.96.0.1/32 -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6YABCD',
    ],
    [
      "without -n",
      n,
      "ACCEPT     tcp  --  anywhere             loopback/8           tcp dpt:https",
      "-d 127.0.0.0/8 -p tcp -m tcp --dport 443 -j ACCEPT",
    ],
    [
      "two comments",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0            /* cali:x */ /* y */",
      '-m comment --comment "cali:x" -m comment --comment y -j ACCEPT',
    ],
    [
      "a comment that ends twice",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0            /* a */ b */ tcp dpt:80",
      '-m comment --comment "a */ b" -m tcp --dport 80 -j ACCEPT',
    ],
    [
      "an empty comment",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0            /*  */",
      '-m comment --comment "" -j ACCEPT',
    ],
    [
      "a log prefix before 1.4.11",
      n,
      "LOG        all  --  0.0.0.0/0            0.0.0.0/0           LOG flags 0 level 4 prefix `x: ' ",
      '-j LOG --log-prefix "x: "',
    ],
    [
      "a mark of revision 0",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0           MARK match 0x4000/0x4000 ",
      "-m mark --mark 0x4000/0x4000 -j ACCEPT",
    ],
    [
      "a set before 1.4.4",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0           set KUBE-CLUSTER-IP dst,dst ",
      "-m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT",
    ],
    [
      "a probability before 1.4.11",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0           statistic mode random probability 0.500000 ",
      "-m statistic --mode random --probability 0.50000000000 -j ACCEPT",
    ],
    [
      "a recent list before 1.4.15",
      n,
      "ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0           recent: SET name: ssh side: source ",
      "-m recent --set --name ssh --mask 255.255.255.255 --rsource -j ACCEPT",
    ],
    [
      "NOTRACK under CT",
      n,
      "CT         udp  --  0.0.0.0/0            0.0.0.0/0            udp dpt:53 NOTRACK",
      "-p udp -m udp --dport 53 -j NOTRACK",
    ],
    [
      "NOTRACK of old",
      n,
      "NOTRACK    udp  --  0.0.0.0/0            0.0.0.0/0            udp dpt:53",
      "-p udp -m udp --dport 53 -j NOTRACK",
    ],
    [
      "a mark set to nothing",
      n,
      "MARK       all  --  0.0.0.0/0            0.0.0.0/0            MARK and 0x0",
      "-j MARK --set-xmark 0x0/0xffffffff",
    ],
  ])("%s", (_, header, row, rule) => {
    const reading = read(chain(header, row));
    const [found] = rulesIn([...(reading.snapshot.iptables.get(4)?.tables.values() ?? [])][0]);
    expect(found && printRule(found)).toBe(`-A KUBE-X ${rule}`);
    expect(found?.understood).toBe(true);
  });

  it("of ip6tables until 1.8.7, which leaves the opt column blank", () => {
    const six = (header: string, row: string): string | undefined => {
      const reading = read(chain(header, row));
      const [found] = rulesIn([...(reading.snapshot.iptables.get(6)?.tables.values() ?? [])][0]);
      return found && printRule(found);
    };
    expect(six(n, "ACCEPT     tcp      fd00::/8             ::/0                 tcp dpt:80")).toBe(
      "-A KUBE-X -s fd00::/8 -p tcp -m tcp --dport 80 -j ACCEPT",
    );
    expect(six(n, "           ipv6-icmp    ::/0                !fd00::1              ipv6-icmptype 128")).toBe(
      "-A KUBE-X ! -d fd00::1/128 -p ipv6-icmp -m icmp6 --icmpv6-type 128",
    );
    expect(six(n, "KUBE-SERVICES  all      anywhere             anywhere            ")).toBe(
      "-A KUBE-X -j KUBE-SERVICES",
    );
    expect(six(nv, "    0     0 tcp        all      !lo    *       ::/0                 ::/0                ")).toBe(
      "-A KUBE-X ! -i lo -j tcp",
    );
  });

  it.each<[name: string, row: string, rule: string, code: string, at: string]>([
    [
      "a host's name",
      "ACCEPT     all  --  node1.example.com    anywhere",
      "-s node1.example.com -j ACCEPT",
      "rule/host-name",
      "node1.example.com",
    ],
    [
      "text of a match that natlens does not know",
      "ACCEPT     tcp  --  0.0.0.0/0            0.0.0.0/0            tcp dpt:80 FOO match 5 /* x */",
      "-p tcp -m tcp --dport 80 -m comment --comment x FOO match 5 -j ACCEPT",
      "rule/unread-text",
      "FOO match 5",
    ],
    [
      "text of a target that natlens does not know",
      "FOO        all  --  0.0.0.0/0            0.0.0.0/0            foo 5",
      "-j FOO foo 5",
      "rule/unknown-target",
      "FOO",
    ],
    [
      "a service's name that is in no list",
      "ACCEPT     tcp  --  anywhere             anywhere             tcp dpt:acme-rpc",
      "-p tcp -m tcp tcp dpt:acme-rpc -j ACCEPT",
      "match/not-a-port",
      "dpt:acme-rpc",
    ],
    [
      "a comment that may end in two places",
      "ACCEPT     tcp  --  0.0.0.0/0            0.0.0.0/0            /* a */ tcp dpt:80 /* b */",
      "-p tcp -m comment --comment a -m tcp --dport 80 -m comment --comment b -j ACCEPT",
      "rule/ambiguous-text",
      "/* a */ tcp dpt:80 /* b */",
    ],
  ])("with %s is undecided", (_, row, rule, code, at) => {
    const reading = read(chain(n, row));
    const [found] = rulesIn([...(reading.snapshot.iptables.get(4)?.tables.values() ?? [])][0]);
    expect(found && printRule(found)).toBe(`-A KUBE-X ${rule}`);
    expect(found?.understood).toBe(false);
    const diagnostic = reading.diagnostics.find((d) => d.code === code);
    expect(diagnostic && covered(reading, diagnostic.at)).toBe(at);
  });

  it("says which service a port's name was taken for", () => {
    const reading = read(
      chain(n, "ACCEPT     tcp  --  anywhere             anywhere             multiport dports domain,x11:6100"),
    );
    expect(reading.diagnostics.filter((d) => d.code === "rule/service-name").map((d) => d.message.en)).toEqual([
      "The port is shown as domain, which is taken for 53 as in the usual /etc/services.",
      "The port is shown as x11, which is taken for 6000 as in the usual /etc/services.",
    ]);
  });

  it("is printed with its counters where they are exact", () => {
    const rows = ["100K 9999M", "  12   720"].map(
      (counters) => ` ${counters} ACCEPT     all  --  *      *       10.0.0.0/8           0.0.0.0/0`,
    );
    const source = sourceText("s", "paste", chain(nv, ...rows));
    expect([...printTexts([source], iptablesSavePrinter, () => {})]).toEqual([
      "*filter",
      ":KUBE-X - [0:0]",
      "-A KUBE-X -s 10.0.0.0/8 -j ACCEPT",
      "[12:720] -A KUBE-X -s 10.0.0.0/8 -j ACCEPT",
    ]);
  });

  it("keeps rounded counters as text", () => {
    const reading = read(chain(nv, " 100K 9999M ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0"));
    const [found] = rulesIn([...(reading.snapshot.iptables.get(4)?.tables.values() ?? [])][0]);
    expect(found?.counters).toEqual({ packets: "100K", bytes: "9999M" });
  });
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
