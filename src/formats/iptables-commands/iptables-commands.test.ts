import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Family } from "../../model/net/ip.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import { rulesOf } from "../../model/netfilter/rule.ts";
import { codes, covered, fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { iptablesCommands } from "./iptables-commands.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** All rules of a text, each with its table. */
function rules(text: string, family: Family = 4): string[] {
  const tables = read(text).snapshot.iptables.get(family)?.tables;
  return [...(tables?.values() ?? [])].flatMap((table) =>
    [...table.chains.values()].flatMap((chain) =>
      [...rulesOf(chain.rules)].map((rule) => `${table.name} ${printRule(rule)}`),
    ),
  );
}
const told = (text: string): string[] => codes(read(text)).filter((code) => code !== "iptables-commands/not-the-state");

describe("iptables commands", () => {
  it.each([
    ["iptables -A INPUT -j ACCEPT", ["filter -A INPUT -j ACCEPT"]],
    ["sudo /usr/sbin/iptables-nft -w 5 -t nat -A POSTROUTING -j MASQUERADE", ["nat -A POSTROUTING -j MASQUERADE"]],
    ["iptables -tnat -APOSTROUTING -jMASQUERADE", ["nat -A POSTROUTING -j MASQUERADE"]],
    ["iptables -t nat -vA POSTROUTING -j MASQUERADE", ["nat -A POSTROUTING -j MASQUERADE"]],
    ["iptables -nvI INPUT 1 -j DROP", ["filter -A INPUT -j DROP"]],
    ["iptables --table=nat --append POSTROUTING --jump MASQUERADE", ["nat -A POSTROUTING -j MASQUERADE"]],
    [
      "iptables --app INPUT --dest 10.0.0.1 --proto tcp --dport=80 --jump ACCEPT",
      ["filter -A INPUT -d 10.0.0.1/32 -p tcp -m tcp --dport 80 -j ACCEPT"],
    ],
    [
      "iptables -A INPUT ! -s 10.0.0.1,10.0.0.2 -d 1.1.1.1,2.2.2.2 -j DROP",
      [
        "filter -A INPUT ! -s 10.0.0.1/32 -d 1.1.1.1/32 -j DROP",
        "filter -A INPUT ! -s 10.0.0.1/32 -d 2.2.2.2/32 -j DROP",
        "filter -A INPUT ! -s 10.0.0.2/32 -d 1.1.1.1/32 -j DROP",
        "filter -A INPUT ! -s 10.0.0.2/32 -d 2.2.2.2/32 -j DROP",
      ],
    ],
    [
      `iptables -A INPUT -m comment --comment 'it is "so"; really' -j ACCEPT`,
      [String.raw`filter -A INPUT -m comment --comment "it is \"so\"; really" -j ACCEPT`],
    ],
    [
      "iptables -A A -j B; iptables -A A -j C && iptables -I A -j D",
      ["filter -A A -j D", "filter -A A -j B", "filter -A A -j C"],
    ],
    ["iptables -A A -j B\niptables -D A -j B\niptables -A A -j C 2>/dev/null # why", ["filter -A A -j C"]],
    [
      "iptables -N A\niptables -A A -j B\niptables -A A -j C\niptables -I A 2 -j D\niptables -D A 1",
      ["filter -A A -j D", "filter -A A -j C"],
    ],
    ["iptables -A INPUT -c 5 600 -j ACCEPT", ["filter -A INPUT -j ACCEPT"]],
    ["iptables -C INPUT -j ACCEPT || iptables -A INPUT -j ACCEPT", ["filter -A INPUT -j ACCEPT"]],
    ["IPT=iptables\n$IPT -A INPUT -s $NET -j ACCEPT", ["filter -A INPUT -s $NET -j ACCEPT"]],
    ['T=nat\nIPT="iptables -w -t $T"\n$IPT -A POSTROUTING -j MASQUERADE', ["nat -A POSTROUTING -j MASQUERADE"]],
    ["iptables -A INPUT \\\n  -s 10.0.0.1 \\\n  -j ACCEPT", ["filter -A INPUT -s 10.0.0.1/32 -j ACCEPT"]],
    [
      "[root@n1 ~]# iptables -t nat -A POSTROUTING -j MASQUERADE\n[root@n1 ~]# iptables -t nat -I POSTROUTING -j RETURN",
      ["nat -A POSTROUTING -j RETURN", "nat -A POSTROUTING -j MASQUERADE"],
    ],
    ["+ iptables -A INPUT -j ACCEPT", ["filter -A INPUT -j ACCEPT"]],
  ])("%s", (text, expected) => expect(rules(text)).toEqual(expected));

  it("say of themselves that they are not the node's state", () => {
    const reading = read("iptables -t nat -A POSTROUTING -j MASQUERADE\n");
    expect(formatsOf(reading)).toEqual(["iptables-commands"]);
    expect(codes(reading)).toEqual(["iptables-commands/not-the-state"]);
    expect(reading.snapshot.iptables.get(4)).toMatchObject({ complete: false, fromCommands: true });
    expect(reading.snapshot.iptables.get(4)?.tables.get("nat")?.state).toBe("partial");
  });

  it("are read as a script", () => {
    const text = readFileSync(join(here, "fixtures/nat-gateway.sh.txt"), "utf8");
    expect(rules(text)).toEqual([
      String.raw`nat -A POSTROUTING -s 10.0.0.0/8 -o eth0 -m comment --comment "to the world; \"NAT\"" -j MASQUERADE`,
      "filter -A FORWARD -s 198.51.100.0/24 -j LOGDROP",
      "filter -A FORWARD -s 203.0.113.0/24 -j LOGDROP",
      "filter -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
      "filter -A FORWARD -i eth1 -o eth0 -j ACCEPT",
      'filter -A LOGDROP -m limit --limit 5/min -j LOG --log-prefix "dropped: "',
      "filter -A LOGDROP -j DROP",
    ]);
    expect(rules(text, 6)).toEqual([
      "nat -A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination [fd00::1]:6443",
    ]);
    expect(read(text).snapshot.iptables.get(4)?.tables.get("filter")?.chains.get("FORWARD")?.policy).toBe("DROP");
  });

  it("never change a dump, before or behind it", () => {
    const dump =
      "# Generated by iptables-save v1.8.9 on Sun Nov 22 19:25:00 2026\n*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n# Completed on Sun Nov 22 19:25:00 2026\n";
    const session = "[root@n1 ~]# iptables -t nat -I POSTROUTING -j RETURN\n";
    for (const text of [
      `[root@n1 ~]# iptables-save\n${dump}${session}`,
      `${session}[root@n1 ~]# iptables-save\n${dump}`,
    ]) {
      expect(rules(text)).toEqual(["nat -A POSTROUTING -j MASQUERADE"]);
      expect(codes(read(text))).toContain("iptables-commands/not-the-state");
    }
  });

  it.each([
    ["iptables -t nut -A INPUT -j ACCEPT", ["iptables-commands/unknown-table"]],
    ["iptables -N A\nfor i in 1 2; do\niptables -A A -s 10.0.0.1 -j ACCEPT\ndone", ["iptables-commands/not-followed"]],
    ["iptables -A INPUT -s nowhere -j ACCEPT", ["rule/not-an-address"]],
    ["iptables -A INPUT -m nosuch -j ACCEPT", ["rule/unknown-match"]],
    ["iptables -I INPUT 3 -j ACCEPT", ["iptables-save/place-unknown"]],
    ["iptables -D INPUT -j ACCEPT", ["iptables-save/nothing-to-change"]],
    ["iptables -A INPUT -m comment --comment 'open -j ACCEPT", []],
  ])("%s is told", (text, expected) => expect(told(text)).toEqual(expected));

  it("point at the words as they were pasted", () => {
    const reading = read("$ iptables -A INPUT \\\n   -p tcp --dport 'x' -j ACCEPT\n");
    expect(
      reading.diagnostics.filter(({ code }) => code === "match/not-a-port").map(({ at }) => covered(reading, at)),
    ).toEqual(["'x'"]);
  });

  it.each([
    ["iptables -t nat -A POSTROUTING -j MASQUERADE", "strong"],
    ["iptables -t nat -nvL", undefined],
    ["iptables -t nat -S", undefined],
    ["iptables-save", undefined],
    ["we ran iptables -A INPUT and it broke", undefined],
    ["ipvsadm -A -t 10.0.0.1:80 -s rr", undefined],
  ])("%s: %s", (line, fits) => expect(iptablesCommands.sniff(line, false)).toBe(fits));
});

fixtureChecks(iptablesCommands, here);
