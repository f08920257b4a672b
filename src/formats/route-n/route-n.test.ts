import { describe, expect, it } from "vitest";
import { printCidr } from "../../model/net/cidr.ts";
import { fixtureChecks, read } from "../testing/format-checks.ts";
import { routeN } from "./route-n.ts";

fixtureChecks(routeN, import.meta.dirname);

const head = "Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n";
const six =
  "Kernel IPv6 routing table\nDestination                    Next Hop                   Flag Met Ref Use If\n";
const brief = (text: string): string[] =>
  read(text).snapshot.routes.list.map(
    (r) =>
      `${r.type} ${printCidr(r.to)} ${r.table} ${r.hops.map((h) => `${h.via ?? ""}@${h.dev ?? ""}`).join(",")} ${r.metric}${r.unknown === undefined ? "" : " ?"}`,
  );

describe("route -n", () => {
  const cases: [name: string, text: string, expected: string[]][] = [
    [
      "a gateway",
      `${head}0.0.0.0         10.1.0.1        0.0.0.0         UG    100    0        0 eth0\n`,
      ["unicast 0.0.0.0/0 main 10.1.0.1@eth0 100"],
    ],
    [
      "a link",
      `${head}10.1.0.0        0.0.0.0         255.255.255.0   U     0      0        0 eth0\n`,
      ["unicast 10.1.0.0/24 main @eth0 0"],
    ],
    [
      "a host",
      `${head}192.0.2.2       0.0.0.0         255.255.255.255 UH    0      0        0 eth0\n`,
      ["unicast 192.0.2.2/32 main @eth0 0"],
    ],
    [
      "reject",
      `${head}10.244.1.0      -               255.255.255.192 !     0      -        0 -\n`,
      ["unreachable 10.244.1.0/26 main  0"],
    ],
    [
      "blackhole",
      `${head}10.244.0.0      0.0.0.0         255.255.255.192 U     0      0        0 *\n`,
      ["blackhole 10.244.0.0/26 main  0"],
    ],
    [
      "an IPv6 gateway of IPv4",
      `${head}10.6.0.0        0.0.0.0         255.255.0.0     UG    0      0        0 vb\n`,
      ["unicast 10.6.0.0/16 main @vb 0 ?"],
    ],
    [
      "old words",
      `${head}default         10.1.0.1        0.0.0.0         UG    0      0        0 eth0\n10.1.0.0        *               255.255.255.0   U     0      0        0 eth0\n`,
      ["unicast 0.0.0.0/0 main 10.1.0.1@eth0 0", "unicast 10.1.0.0/24 main @eth0 0"],
    ],
    [
      "netstat's columns",
      "Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n0.0.0.0         10.1.0.1        0.0.0.0         UG     1400 0          0 eth0\n",
      ["unicast 0.0.0.0/0 main 10.1.0.1@eth0 0"],
    ],
    [
      "IPv6",
      `${six}::/0                           fd00:1::1                  UG   1024 2      0 vb\nfd00:1::2/128                  ::                         Un   0   3      0 vb\nfd00:9::/64                    ::                         !n   1024 1      0 lo\n::/0                           ::                         !n   -1  2      0 lo\n`,
      ["unicast ::/0 main fd00:1::1@vb 1024", "local fd00:1::2/128 local @vb 0", "unreachable fd00:9::/64 main  1024"],
    ],
  ];
  it.each(cases)("reads %s", (_name, text, expected) => expect(brief(text)).toEqual(expected));

  it("knows the main table where all of it is there", () => {
    const row = "0.0.0.0         10.1.0.1        0.0.0.0         UG    100    0        0 eth0\n";
    expect(read(`${head}${row}`).snapshot.routes.coverage.get("main")).toBe("whole");
    expect(read(`$ route -n | grep eth0\n${row}`).snapshot.routes.coverage.get("main")).toBe("partial");
    expect(
      read(
        `${head}n1.example.org  10.1.0.1        255.255.255.255 UGH   0      0        0 eth0\n`,
      ).snapshot.routes.coverage.get("main"),
    ).not.toBe("whole");
  });
});
