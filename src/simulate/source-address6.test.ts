import { describe, expect, it } from "vitest";
import { sourceText } from "../base/source.ts";
import { readNode } from "../formats/read.ts";
import { known } from "./conformance/case-snapshot.ts";
import { startRun } from "./run.ts";
import { selectAddress6 } from "./source-address6.ts";
import { ip, worldOf } from "./testing/node.ts";

/** [addresses of eth0, of eth1, destination, out device, source]. The first three were asked of Linux 6.18. */
const cases: readonly (readonly [string[], string[], string, string, string])[] = [
  [["fd00:18::2/64"], ["fd00:20::2/64", "fd00:20::3/128"], "fd00:20::9", "eth1", "fd00:20::3"],
  [["fd00:18::2/64"], ["fd00:20::2/64"], "fd00:20::2", "lo", "fd00:20::2"],
  [["fd00:18::2/64", "fd00:244::1/64"], [], "fd00:244::10", "cali1", "fd00:244::1"],
  [["fd00:18::2/64"], ["2001:db8::2/64"], "2001:db8:1::9", "eth0", "fd00:18::2"],
  [["fd00:18::2/64", "2001:db8::2/64"], [], "2001:db8:1::9", "eth0", "2001:db8::2"],
  [["fe80::2/64"], ["fd00:20::2/64"], "fd00:99::1", "eth0", "fd00:20::2"],
  [["fe80::2/64"], ["fd00:20::2/64"], "fe80::9", "eth0", "fe80::2"],
];

function select(eth0: string[], eth1: string[], dst: string, dev: string): unknown {
  const link = (index: number, name: string, addresses: string[]): string =>
    [
      `${index}: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default`,
      ...addresses.map((a) => `    inet6 ${a} scope ${a.startsWith("fe80") ? "link" : "global"}`),
    ].join("\n");
  const text = [link(1, "lo", []), link(2, "eth0", eth0), link(3, "eth1", eth1), link(4, "cali1", [])].join("\n");
  const { snapshot } = readNode([sourceText("ip", "ip-addr.txt", `$ ip addr\n${text}\n`)]);
  const flow = { from: "host", to: ip(dst), port: 80, proto: "tcp" } as const;
  return selectAddress6(startRun(worldOf(known(snapshot), {}), flow, []), dev, ip(dst));
}

describe("the source of an IPv6 packet", () => {
  it.each(cases)("of %j and %j to %s by %s is %s", (eth0, eth1, dst, dev, source) => {
    expect(select(eth0, eth1, dst, dev)).toBe(source);
  });
});
