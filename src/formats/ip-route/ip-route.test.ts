import { describe, expect, it } from "vitest";
import { printCidr } from "../../model/net/cidr.ts";
import { codes, fixtureChecks, read } from "../testing/format-checks.ts";
import { ipRoute } from "./ip-route.ts";

fixtureChecks(ipRoute, import.meta.dirname);

const brief = (text: string) =>
  read(text).snapshot.routes.list.map((r) => {
    const hops = r.hops.map((h) => `${h.via ?? ""}@${h.dev ?? ""}${h.weight ? `*${h.weight}` : ""}`).join(",");
    return `${r.type} ${printCidr(r.to)} ${r.table} ${hops} ${r.metric}`;
  });

describe("ip route", () => {
  const cases: [name: string, text: string, expected: string[]][] = [
    [
      "a default route",
      "default via 198.51.100.1 dev eth0 proto dhcp src 198.51.100.7 metric 100 \n",
      ["unicast 0.0.0.0/0 main 198.51.100.1@eth0 100"],
    ],
    [
      "an IPv6 default route",
      "default via fe80::1 dev eth0 metric 1024 pref medium\n",
      ["unicast ::/0 main fe80::1@eth0 1024"],
    ],
    [
      "old double blanks and short prefixes",
      "10.1/16 dev eth0  proto kernel  scope link  src 10.1.0.2\n",
      ["unicast 10.1.0.0/16 main @eth0 0"],
    ],
    [
      "several hops",
      "203.0.113.0/24 proto 17 \n\tnexthop via 198.51.100.1 dev eth0 weight 2 \n\tnexthop via 198.51.100.2 dev eth0 weight 1 \n",
      ["unicast 203.0.113.0/24 main 198.51.100.1@eth0*2,198.51.100.2@eth0*1 0"],
    ],
    [
      "a gateway of the other family",
      "10.6.0.0/16 via inet6 2001:db8::1 dev eth0 \n",
      ["unicast 10.6.0.0/16 main 2001:db8::1@eth0 0"],
    ],
    ["types without a device", "blackhole 10.244.0.0/26 proto bird \n", ["blackhole 10.244.0.0/26 main  0"]],
    [
      "the table stands in the command only",
      "$ ip route show table 100\n10.0.0.0/8 dev eth0 scope link \n",
      ["unicast 10.0.0.0/8 100 @eth0 0"],
    ],
    [
      "-o prints all hops on one line",
      "203.0.113.0/24 proto 17 \\\tnexthop via 198.51.100.1 dev eth0 weight 2 \\\tnexthop via 198.51.100.2 dev eth0 weight 1 \n",
      ["unicast 203.0.113.0/24 main 198.51.100.1@eth0*2,198.51.100.2@eth0*1 0"],
    ],
    [
      "-N prints numbers",
      "6 10.244.0.0/26 proto 12 \n10.1.0.0/24 dev eth0 table 255 proto 2 scope 253 src 10.1.0.2 \n",
      ["blackhole 10.244.0.0/26 main  0", "unicast 10.1.0.0/24 local @eth0 0"],
    ],
    [
      "-d prints the type of all",
      "unicast default via 10.1.0.1 dev eth0 proto boot scope global src 10.1.0.2 metric 100 mtu lock 1400 \n",
      ["unicast 0.0.0.0/0 main 10.1.0.1@eth0 100"],
    ],
    [
      "a group of next hops",
      "10.8.0.0/16 nhid 10 proto zebra metric 20 \n\tnh_info id 10 group 1/2,3 scope global proto unspec \n\tnexthop via 10.1.0.1 dev vb weight 1 \n\tnexthop via 10.2.0.9 dev br0 weight 3 dead linkdown \n",
      ["unicast 10.8.0.0/16 main 10.1.0.1@vb*1,10.2.0.9@br0*3 20"],
    ],
    [
      "IPv6 routes of some senders",
      "fd00:7::/64 from fd00:8::/64 via fd00:1::1 dev vb metric 1024 expires 1798sec hoplimit 64 pref medium\n",
      ["unicast fd00:7::/64 main fd00:1::1@vb 1024"],
    ],
    [
      "wrapped packets",
      "10.9.0.0/16  encap ip id 5 src 0.0.0.0 dst 10.1.0.7 ttl 0 tos 0 via 10.1.0.1 dev vb \n",
      ["unicast 10.9.0.0/16 main 10.1.0.1@vb 0"],
    ],
    [
      "a route said twice counts once",
      "10.0.0.0/8 dev eth0 scope link \n```\n10.0.0.0/8 dev eth0 scope link \n",
      ["unicast 10.0.0.0/8 main @eth0 0"],
    ],
  ];
  it.each(cases)("%s", (_name, text, expected) => expect(brief(text)).toEqual(expected));

  it("knows all tables of table all as whole, one table else", () => {
    const all = read("$ ip route show table all\nlocal 127.0.0.1 dev lo table local proto kernel scope host\n");
    expect([...all.snapshot.routes.coverage]).toEqual([
      ["local", "whole"],
      ["main", "whole"],
      ["default", "whole"],
    ]);
    expect([...read("10.0.0.0/8 dev eth0 scope link \n").snapshot.routes.coverage]).toEqual([["main", "whole"]]);
    expect([...read("$ ip route | grep 10\n10.0.0.0/8 dev eth0 scope link \n").snapshot.routes.coverage]).toEqual([
      ["main", "partial"],
    ]);
  });

  it("takes the answer of ip route get for no table", () => {
    const reading = read(
      "$ ip route get 192.0.2.1\nlocal 192.0.2.1 dev lo table local src 192.0.2.1 uid 0 \n    cache <local> \n",
    );
    expect(reading.snapshot.routes.list).toEqual([]);
    expect(codes(reading)).toEqual(["ip-route/one-answer"]);
    expect(reading.snapshot.routeAnswers).toMatchObject([{ type: "local", source: "192.0.2.1" }]);
    const bare =
      "fd00:77::1 from :: via fd00:1::1 dev vb src fd00:1::99 metric 1024 pref medium\n10.99.0.1 via 10.1.0.1 dev vb src 10.1.0.2 uid 0 \n";
    expect(read(bare).snapshot.routes.list).toEqual([]);
    expect(read(bare).snapshot.routeAnswers).toHaveLength(2);
  });

  it("drops a route whose hops are missing", () => {
    const reading = read("10.0.0.0/8 dev eth0 \n203.0.113.0/24 \n");
    expect(codes(reading)).toEqual(["ip-route/no-hop"]);
    expect(reading.snapshot.routes.list).toHaveLength(1);
    expect(brief("default \n\tnexthop via 198.51.100.1 dev eth0 weight 1 \n")).toEqual([
      "unicast 0.0.0.0/0 main 198.51.100.1@eth0*1 0",
    ]);
  });

  it.each([
    ["ip route", "whole"],
    ["ip -4 route show", "whole"],
    ["ip route show dev eth0", undefined],
    ["ip route list 192.0.2.0/24", undefined],
    ["ip -6 route", undefined],
    ["ip route | grep default", undefined],
  ])("$ %s: knows of main %s", (command, coverage) => {
    const { routes } = read(`$ ${command}\ndefault via 198.51.100.1 dev eth0 \n`).snapshot;
    expect(routes.coverage.get("main")).toBe(coverage ?? "partial");
  });

  it("takes IPv6 routes alone for a part of their table", () => {
    const { routes } = read("default via fe80::1 dev eth0 metric 1024 pref medium\n").snapshot;
    expect(routes.coverage.get("main")).toBe("partial");
  });
});
