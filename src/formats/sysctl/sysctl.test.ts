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
    ["-net/ipv4/conf/eth0.100/rp_filter=2", "net.ipv4.conf.eth0.100.rp_filter", "2"],
    ["/proc/sys/net/ipv4/conf/eth0.100/rp_filter:2", "net.ipv4.conf.eth0.100.rp_filter", "2"],
    ["net.ipv4.tcp_rmem = 4096\t131072\t33554432", "net.ipv4.tcp_rmem", "4096\t131072\t33554432"],
    ["$ cat /proc/sys/net/ipv4/ip_forward\n1", "net.ipv4.ip_forward", "1"],
    ["$ cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/ip_nonlocal_bind\n1\n0", "net.ipv4.ip_nonlocal_bind", "0"],
    ["$ sysctl -n net.ipv4.ip_local_port_range\n32768\t60999", "net.ipv4.ip_local_port_range", "32768\t60999"],
    [
      "==> /proc/sys/net/ipv4/ip_forward <==\n1\n\n==> /proc/sys/net/ipv4/vs/conntrack <==\n0",
      "net.ipv4.vs.conntrack",
      "0",
    ],
    ["# a comment\nnet.ipv4.ip_forward = 1\n; another\nnet.ipv4.vs.conntrack=1", "net.ipv4.vs.conntrack", "1"],
    ["sysctl: permission denied on key 'net.ipv4.x'\nnet.ipv4.ip_forward = 1", "net.ipv4.ip_forward", "1"],
  ];
  it.each(cases)("reads %s", (text, key, value) =>
    expect(read(`${text}\n`).snapshot.sysctls.get(key)?.value).toBe(value),
  );
});
