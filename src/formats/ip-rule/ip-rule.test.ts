import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { ipRule } from "./ip-rule.ts";

fixtureChecks(ipRule, import.meta.dirname);

const rule = (text: string) => plain(read(`${text}\n`).snapshot.rules.list[0]);

describe("ip rule", () => {
  const cases: [text: string, expected: object][] = [
    ["0:\tfrom all lookup local", { priority: 0, negated: false, action: { kind: "lookup", table: "local" } }],
    ["9:\tnot from all fwmark 0x4000/0x4000 lookup 100", { negated: true, fwmark: { value: 0x4000, mask: 0x4000 } }],
    ["9:\tfrom all fwmark 0x1 lookup 100", { fwmark: { value: 1, mask: 0xffffffff } }],
    [
      "9:\tfrom all iif eth0 ipproto tcp sport 1-9 dport 80 goto 32766",
      { iif: "eth0", ipproto: "tcp", sport: [1, 9], dport: [80, 80], action: { kind: "goto", priority: 32766 } },
    ],
    ["9:\tfrom 192.0.2.0/24 blackhole", { action: { kind: "blackhole" } }],
    ["9:\tfrom all lookup main suppress_prefixlength 0", { suppressPrefixLength: 0 }],
    ["9:\tfrom all tos 0x10 oif br0 lookup 254", { tos: 16, oif: "br0", action: { kind: "lookup", table: "main" } }],
    [
      "9:\tfrom all uidrange 0-99 ipproto ipproto-6 nop",
      { uidrange: [0, 99], ipproto: "tcp", action: { kind: "nop" } },
    ],
    ["9:\tfrom all iif nosuch [detached] lookup 100 proto bird realms 1/2", { iif: "nosuch" }],
    ["9:\tfrom 10.5.0.0/16 8", { action: { kind: "prohibit" } }],
    ["$ ip -6 rule\n9:\tfrom all lookup main", { family: 6 }],
    ["9:\tfrom fd00::/8 lookup 100", { family: 6 }],
  ];
  it.each(cases)("reads %s", (text, expected) => expect(rule(text)).toMatchObject(expected));

  it("says which condition it does not model", () => {
    const reading = read("9:\tfrom all l3mdev lookup main\n");
    expect(codes(reading)).toEqual(["ip-rule/not-modelled"]);
    expect(reading.snapshot.rules.list[0]?.unknown).toBe("l3mdev");
  });

  it.each([
    ["9:\tfrom all lookup [l3mdev-table]", "[l3mdev-table]"],
    ["9:\tfrom all lookup 100 suppress_ifgroup 7", "suppress_ifgroup 7"],
    ["9:\tfrom 10.0.0.300 lookup 100", "from 10.0.0.300"],
    ["9:\tfrom all fwmark mine lookup 100", "fwmark mine"],
    ["9:\tfrom all dport http lookup 100", "dport http"],
    ["9:\tfrom all later 7 lookup 100", "later 7"],
  ])("leaves %s undecided", (text, unknown) => expect(rule(text)).toMatchObject({ unknown }));

  it("keeps the rules of both families", () => {
    const text =
      "$ ip rule\n0:\tfrom all lookup local\n100:\tfrom all lookup 7\n32766:\tfrom all lookup main\n$ ip -6 rule\n0:\tfrom all lookup local\n200:\tfrom all lookup 8\n";
    const { rules } = read(text).snapshot;
    expect(rules.coverage).toBe("whole");
    expect(rules.list.map((r) => `${r.family} ${r.priority}`)).toEqual(["4 0", "4 100", "4 32766", "6 0", "6 200"]);
  });
});
