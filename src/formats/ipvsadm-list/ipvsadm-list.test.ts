import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { ipvsadmList } from "./ipvsadm-list.ts";

fixtureChecks(ipvsadmList, import.meta.dirname);

describe("ipvsadm -L -n", () => {
  it("reads servers, also where a page lost the blanks before ->", () => {
    const text =
      "TCP  192.0.2.1:443 rr persistent 10800\n-> 198.51.100.7:6443             Masq    1      0          3\nUDP  [2001:db8::1]:53 sh (sh-port) ops\nFWM  7 IPv6 wlc persistent 60 mask 64\n  -> 198.51.100.7:0               Local   0      0          0\n";
    expect(plain(read(text).snapshot.ipvs)).toMatchObject({
      coverage: "whole",
      servers: [
        { port: 443, persistence: 10800, realServers: [{ address: "198.51.100.7", forwarding: "masq", weight: 1 }] },
        { proto: "udp", address: "2001:db8::1", flags: ["sh-port", "ops"] },
      ],
      markServers: [{ fwmark: 7, family: 6, scheduler: "wlc", realServers: [{ forwarding: "local", weight: 0 }] }],
    });
  });
  it("says the same as ipvsadm -S", () => {
    const list = "TCP  192.0.2.1:443 rr\n  -> 198.51.100.7:6443            Masq    1      0          0\n";
    const save = "-A -t 192.0.2.1:443 -s rr\n-a -t 192.0.2.1:443 -r 198.51.100.7:6443 -m -w 1\n";
    expect(plain(read(list).snapshot.ipvs)).toEqual(plain(read(save).snapshot.ipvs));
    expect(codes(read(`${list}${save}`))).toEqual([]);
  });
  const bad: [name: string, text: string, code: string][] = [
    ["names lose their port", "TCP  ip-10-45-0-1.ap-southeast-1. rr\n", "ipvsadm-list/bad-address"],
    [
      "a real server alone",
      "  -> 198.51.100.7:6443            Masq    1      0          0\n",
      "ipvsadm-list/server-not-declared",
    ],
    [
      "--stats has other columns",
      "IP Virtual Server version 1.2.1 (size=4096)\nTCP  192.0.2.1:443                      2       10       8      610      500\n  -> 198.51.100.7:6443                  2       10       8      610      500\n",
      "ipvsadm-list/not-understood",
    ],
  ];
  it.each(bad)("%s", (_name, text, code) => {
    expect(codes(read(text))).toEqual([code]);
    expect(read(text).snapshot.ipvs.coverage).toBe("partial");
  });
});
