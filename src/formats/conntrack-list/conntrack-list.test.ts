import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, formatsOf, plain, read } from "../testing/format-checks.ts";
import { conntrackList } from "./conntrack-list.ts";

fixtureChecks(conntrackList, import.meta.dirname);

const tuple =
  "src=192.0.2.1 dst=198.51.100.1 sport=48392 dport=443 src=203.0.113.1 dst=192.0.2.1 sport=6443 dport=48392 [ASSURED] mark=0 use=1";
const connections = (text: string): object[] =>
  read(text).snapshot.connections.flatMap((list) => plain(list) as object[]);
const brief = (text: string): string[] =>
  read(text).snapshot.connections.flatMap((list) =>
    Array.from(
      list,
      ({ event, proto, original: o, reply: r, state, timeout, assured, unreplied, mark, zone }) =>
        `${event ?? ""} ${proto} ${o.src}:${o.sport}>${o.dst}:${o.dport} ${r.src}:${r.sport}>${r.dst}:${r.dport} ${state ?? "-"} ${timeout ?? "-"} ${assured ? "assured" : unreplied ? "unreplied" : "seen"} ${mark ?? "-"} ${zone ?? "-"}`,
    ),
  );

describe("conntrack -L", () => {
  const cases: [line: string, format: string][] = [
    [`tcp      6 116 TIME_WAIT ${tuple}`, "conntrack-list"],
    [`ipv4     2 tcp      6 116 TIME_WAIT ${tuple}`, "conntrack-list"],
    [`    [NEW] udp      17 30 ${tuple}`, "conntrack-list"],
    [`[1795376372.808236]\t[DESTROY] tcp      6 ${tuple}`, "conntrack-list"],
    [
      "-A -t 26 -u UNSET -w 3 -s 10.1.0.3 -d 10.1.0.9 -r 10.1.0.9 -q 10.1.0.3 -p tcp --sport 7 --dport 8",
      "conntrack-list",
    ],
    ["TCP 14:31  ESTABLISHED 192.0.2.1:36652    198.51.100.1:443    203.0.113.1:6443", "ipvsadm-connections"],
    ["TCP  198.51.100.1:443 rr", "ipvsadm-list"],
  ];
  it.each(cases)("takes %s for %s", (line, format) => expect(formatsOf(read(`${line}\n`))).toEqual([format]));

  const read_: [name: string, line: string, expected: string][] = [
    [
      "NAT shows in the reply",
      `tcp      6 116 TIME_WAIT ${tuple}`,
      " tcp 192.0.2.1:48392>198.51.100.1:443 203.0.113.1:6443>192.0.2.1:48392 TIME_WAIT 116 assured 0 -",
    ],
    [
      "no answer yet",
      "udp      17 26 src=10.0.0.1 dst=10.0.0.2 sport=5 dport=53 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=5 mark=0 use=1",
      " udp 10.0.0.1:5>10.0.0.2:53 10.0.0.2:53>10.0.0.1:5 - 26 unreplied 0 -",
    ],
    [
      "ICMP",
      "icmp     1 27 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=4660 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=4660 mark=0 use=1",
      " icmp 10.0.0.1:0>10.0.0.2:0 10.0.0.2:0>10.0.0.1:0 - 27 seen 0 -",
    ],
    [
      "GRE of /proc",
      "ipv4     2 gre      47 26 timeout=0, stream_timeout=0 src=10.0.0.1 dst=10.0.0.2 srckey=0x10 dstkey=0x20 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 srckey=0x20 dstkey=0x10 mark=0 zone=0 use=2",
      " gre 10.0.0.1:0>10.0.0.2:0 10.0.0.2:0>10.0.0.1:0 - 26 unreplied 0 0",
    ],
    [
      "a protocol without a name",
      "unknown  112 26 src=10.0.0.1 dst=10.0.0.2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 mark=0 use=1",
      " vrrp 10.0.0.1:0>10.0.0.2:0 10.0.0.2:0>10.0.0.1:0 - 26 unreplied 0 -",
    ],
    [
      "counters, zone, helper, offload",
      "tcp      6 src=10.0.0.1 dst=10.0.0.2 sport=5 dport=21 packets=6 bytes=338 src=10.0.0.2 dst=10.0.0.1 sport=21 dport=5 packets=5 bytes=289 [OFFLOAD] mark=16384 zone=7 delta-time=4 [start=Sat Nov 28 12:26:12 2026] helper=ftp labels=a,b use=1 id=7",
      " tcp 10.0.0.1:5>10.0.0.2:21 10.0.0.2:21>10.0.0.1:5 - - assured 16384 7",
    ],
    [
      "an event",
      `[1795376372.808236]\t    [NEW] tcp      6 120 SYN_SENT ${tuple}`,
      "new tcp 192.0.2.1:48392>198.51.100.1:443 203.0.113.1:6443>192.0.2.1:48392 SYN_SENT 120 assured 0 -",
    ],
    [
      "an end",
      `[DESTROY] tcp      6 ${tuple}`,
      "destroy tcp 192.0.2.1:48392>198.51.100.1:443 203.0.113.1:6443>192.0.2.1:48392 - - assured 0 -",
    ],
    [
      "IPv6",
      "ipv6     10 tcp      6 9 CLOSE src=fd00::1 dst=fd00:96::1 sport=7 dport=443 src=fd00:244::5 dst=fd00::1 sport=6443 dport=7 mark=0 use=1",
      " tcp fd00::1:7>fd00:96::1:443 fd00:244::5:6443>fd00::1:7 CLOSE 9 seen 0 -",
    ],
    [
      "-o save",
      "-A -t 99 -u SEEN_REPLY,ASSURED -m 5 -s 10.1.0.1 -d 10.96.0.1 -r 10.1.0.2 -q 10.1.0.9 -p tcp --sport 48392 --dport 443 --reply-port-src 6443 --reply-port-dst 1025 --state ESTABLISHED",
      " tcp 10.1.0.1:48392>10.96.0.1:443 10.1.0.2:6443>10.1.0.9:1025 ESTABLISHED 99 assured 5 -",
    ],
    [
      "-o save of a NATed one",
      "-A -t 116 -u SEEN_REPLY,ASSURED -s 10.1.0.1 -d 10.96.0.1 -g 10.1.0.2 -q 10.1.0.1 -p tcp --sport 48392 --dport 443 --reply-port-src 6443",
      " tcp 10.1.0.1:48392>10.96.0.1:443 10.1.0.2:6443>10.1.0.1:48392 - 116 assured - -",
    ],
  ];
  it.each(read_)("reads %s", (_name, line, expected) => {
    expect(brief(`${line}\n`)).toEqual([expected]);
    expect(codes(read(`${line}\n`))).toEqual([]);
  });

  it("keeps ICMP's type, the helper and the stamp", () => {
    const text =
      "[7.5]\t [UPDATE] icmp     1 27 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=4660 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=4660 helper=x id=9\n";
    expect(connections(text)).toMatchObject([
      { stamp: "7.5", event: "update", icmp: { type: 8, code: 0, id: 4660 }, helper: "x" },
    ]);
  });

  it("knows a table that its footer counts to be whole", () => {
    const coverage = (text: string): string | undefined => read(text).segments[0]?.coverage;
    const line = `tcp      6 116 TIME_WAIT ${tuple}\n`;
    const end = "conntrack v1.4.7 (conntrack-tools): 1 flow entries have been shown.\n";
    expect(coverage(`${end}${line}`)).toBe("whole");
    expect(coverage(line)).toBe("partial");
    expect(coverage(`$ conntrack -L -p tcp\n${line}${end}`)).toBe("partial");
    expect(coverage(`$ conntrack -L | grep 443\n${line}`)).toBe("partial");
  });

  it("adds up what conntrack -S counts", () => {
    const text =
      "cpu=0   \tfound=0 invalid=3 insert=6 insert_failed=2 drop=2 early_drop=0 error=0 search_restart=0\ncpu=1   \tfound=0 invalid=1 insert=6 insert_failed=5 drop=0 early_drop=0\n";
    expect(read(text).segments[0]?.counts.map((c) => `${c.n} ${c.of.en}`)).toEqual([
      "0 connections",
      "4 invalid",
      "7 insert_failed",
      "2 drop",
    ]);
    const { counters } = read(text).snapshot.system.conntrackCounters ?? {};
    expect([counters?.get("insert"), counters?.get("drop"), counters?.get("early_drop")]).toEqual([12, 2, 0]);
  });
});
