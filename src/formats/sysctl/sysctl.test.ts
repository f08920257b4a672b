import { describe, expect, it } from "vitest";
import { fixtureChecks, read } from "../testing/format-checks.ts";
import { sysctl } from "./sysctl.ts";

fixtureChecks(sysctl, import.meta.dirname);

describe("sysctl", () => {
  const cases: [text: string, key: string, value: string][] = [
    ["net.ipv4.ip_forward = 1", "net.ipv4.ip_forward", "1"],
    ["net.ipv4.ip_forward=1", "net.ipv4.ip_forward", "1"],
    ["net.ipv4.ip_local_port_range = 32768\t60999", "net.ipv4.ip_local_port_range", "32768\t60999"],
    ["net.ipv4.conf.eth0/100.rp_filter = 2", "net.ipv4.conf.eth0.100.rp_filter", "2"],
    ["net/ipv4/ip_forward = 1", "net.ipv4.ip_forward", "1"],
    ["/proc/sys/net/ipv4/conf/eth0/rp_filter:2", "net.ipv4.conf.eth0.rp_filter", "2"],
    ["net.ipv6.conf.all.stable_secret = ", "net.ipv6.conf.all.stable_secret", ""],
  ];
  it.each(cases)("reads %s", (text, key, value) =>
    expect(read(`${text}\n`).snapshot.sysctls.get(key)?.value).toBe(value),
  );
});
