import { describe, expect, it } from "vitest";
import { protocolName } from "./protocol.ts";

describe("a protocol's name", () => {
  const cases: [written: string, is: string | undefined][] = [
    ["tcp", "tcp"],
    ["6", "tcp"],
    ["0x11", "udp"],
    ["ICMPv6", "ipv6-icmp"],
    // Red Hat's /etc/protocols, and so Calico's rules for IP in IP on its nodes.
    ["ipv4", "ipencap"],
    ["4", "ipencap"],
    // named there, not in Debian
    ["pgm", "113"],
    ["tp++", "39"],
    ["ip", "0"],
    ["ospfigp", "ospf"],
    ["254", "254"],
    ["256", undefined],
    ["tcpp", undefined],
  ];
  it.each(cases)("%s", (written, is) => {
    expect(protocolName(written)).toBe(is);
  });
});
