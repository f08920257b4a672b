import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { recordedWalk, walkStep } from "../testing/recorded-walk.ts";
import { nftMonitor } from "./nft-monitor.ts";

fixtureChecks(nftMonitor, import.meta.dirname);

const text = readFileSync(join(import.meta.dirname, "fixtures/nft-1.0.6.txt"), "utf8");

describe("nft monitor trace", () => {
  const { logs } = read(text).snapshot;
  it("reads a walk, step by step", () => {
    expect(logs.slice(0, 6).map(walkStep)).toEqual(recordedWalk);
    expect(logs.slice(0, 6).map((l) => l.trace?.rule)).toEqual([
      "meta l4proto tcp counter packets 0 bytes 0 meta nftrace set 1",
      undefined,
      "counter packets 0 bytes 0 jump KUBE-SERVICES",
      "counter packets 0 bytes 0 meta mark set mark or 0x4000",
      "ip daddr 10.96.0.1 tcp dport 443 counter packets 0 bytes 0 dnat to 10.1.0.2:6443",
      undefined,
    ]);
  });
  it("reads the packet", () => {
    expect(plain(logs[0])).toMatchObject({
      walk: "244791c3",
      in: "veth-b",
      out: null,
      src: "10.1.0.1",
      sport: 34672,
      proto: "tcp",
      flags: ["SYN"],
      ttl: 64,
      id: 16244,
      length: 60,
    });
    expect(logs.find((l) => l.flags.length === 2)?.flags).toEqual(["PSH", "ACK"]);
    expect(logs.find((l) => l.proto === "udp")?.dport).toBe(53);
  });
  const step = (rest: string) =>
    `trace id 3c9bf8b6 inet t c packet: oif "eth0" ip6 saddr fd00::1 ip6 daddr fd00::2 ip6 hoplimit 64 ip6 length 40 tcp sport 5 tcp dport 80 tcp flags == syn|ack\ntrace id 3c9bf8b6 inet t c ${rest}\n`;
  const cases: [rest: string, expected: object][] = [
    ["verdict drop", { kind: "verdict", verdict: "drop" }],
    ["return", { kind: "return" }],
    ["unknown rule handle 5 (verdict drop)", { kind: "unknown" }],
    ["rule tcp dport 80 goto x (verdict goto x)", { kind: "rule", rule: "tcp dport 80 goto x", verdict: "goto x" }],
  ];
  it.each(cases)("%s", (rest, expected) => {
    const [log] = read(step(rest)).snapshot.logs;
    expect(plain(log)).toMatchObject({ out: "eth0", src: "fd00::1", flags: ["SYN", "ACK"], trace: expected });
  });
  it("does not use steps whose packet is missing", () => {
    expect(codes(read("trace id 3c9bf8b6 ip t c policy accept\n"))).toEqual(["nft-monitor/without-packet"]);
  });
});
