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
  ];
  it.each(cases)("reads %s", (text, expected) => expect(rule(text)).toMatchObject(expected));

  it("says which condition it does not model", () => {
    const reading = read("9:\tfrom all l3mdev lookup main\n");
    expect(codes(reading)).toEqual(["ip-rule/not-modelled"]);
    expect(reading.snapshot.rules.list[0]?.unknown).toBe("l3mdev");
  });
});
