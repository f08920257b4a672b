import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, formatsOf, plain, read } from "../testing/format-checks.ts";
import { recordedWalk, walkStep } from "../testing/recorded-walk.ts";
import { xtablesMonitor } from "./xtables-monitor.ts";

fixtureChecks(xtablesMonitor, import.meta.dirname);

const text = readFileSync(join(import.meta.dirname, "fixtures/iptables-1.8.9-nft.txt"), "utf8");

describe("xtables-monitor --trace", () => {
  const { logs } = read(text).snapshot;
  it("reads a walk, step by step, with the packet as each chain saw it", () => {
    expect(logs.slice(0, 6).map(walkStep)).toEqual(recordedWalk);
    expect(logs.slice(0, 6).map(({ trace }) => [trace?.handle, trace?.rule])).toEqual([
      [2, "-p tcp -j TRACE"],
      [undefined, undefined],
      [3, '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES'],
      [4, "-j MARK --set-xmark 0x4000/0x4000"],
      [5, "-d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.1.0.2:6443"],
      [undefined, undefined],
    ]);
  });
  it("reads the packet", () => {
    expect(plain(logs[0])).toMatchObject({
      walk: "244791c3",
      in: "veth-b",
      out: null,
      mac: { src: "ae:8d:6b:51:a4:7c", dst: "16:ac:9e:29:bc:a7" },
      proto: "tcp",
      flags: ["SYN"],
      ttl: 64,
      id: 16244,
      length: 60,
    });
  });
  const packet = (rest: string) => `PACKET: 2 3c9bf8b6 ${rest}\n TRACE: 2 3c9bf8b6 raw:OUTPUT:policy:ACCEPT \n`;
  const cases: [rest: string, expected: object][] = [
    [
      "OUT=eth0 SRC=10.1.0.1 DST=10.96.0.1 LEN=60 TOS=0x0 TTL=64 ID=1 SPORT=5 DPORT=53 ",
      { proto: "udp", in: null, out: "eth0", dport: 53 },
    ],
    [
      "IN=v MACSRC=8a:b5:dd:f:e7:ec MACDST=a:d3:83:b6:c6:9b MACPROTO=0800 SRC=10.1.0.1 DST=10.96.0.1 LEN=60 SPORT=5 DPORT=53 SYN ",
      { mac: { src: "8a:b5:dd:0f:e7:ec", dst: "0a:d3:83:b6:c6:9b" } },
    ],
    [
      "OUT=eth0 SRC=10.1.0.1 DST=10.96.0.1 LEN=84 TTL=64 ID=1 PROTO=1 TYPE=8 CODE=0 ",
      { proto: "icmp", icmp: { type: 8, code: 0 } },
    ],
    [
      "OUT=eth0 SRC=fd00::1 DST=fd00::2 LEN=60 HOPLIMIT=64 SPORT=5 DPORT=80 SYN MARK=0x4000 ",
      { src: "fd00::1", ttl: 64, mark: 0x4000 },
    ],
  ];
  it.each(cases)("%s", (rest, expected) => expect(plain(read(packet(rest)).snapshot.logs)).toMatchObject([expected]));
  it("tells of changes, and of steps whose packet is missing", () => {
    const reading = read(
      " TRACE: 2 3c9bf8b6 raw:OUTPUT:policy:ACCEPT \n EVENT: -4 -t filter -A INPUT -s 9.9.9.9/32 -j ACCEPT\n",
    );
    expect(formatsOf(reading)).toEqual(["xtables-monitor"]);
    expect(codes(reading)).toEqual(["xtables-monitor/without-packet", "xtables-monitor/rules-changed"]);
    expect(reading.snapshot.logs).toEqual([]);
    expect(reading.snapshot.iptables.size).toBe(0);
  });
});
