import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, formatsOf, plain, read } from "../testing/format-checks.ts";
import { netfilterLog } from "./netfilter-log.ts";

fixtureChecks(netfilterLog, import.meta.dirname);

const tcp =
  "IN= OUT=lo SRC=192.0.2.1 DST=192.0.2.1 LEN=52 TOS=0x10 PREC=0x00 TTL=64 ID=49938 DF PROTO=TCP SPT=19383 DPT=443 WINDOW=43690 RES=0x00 SYN URGP=0 ";
const packet = (line: string) => plain(read(`${line}\n`).snapshot.logs[0]);

describe("netfilter log", () => {
  it("reads a TCP packet", () => {
    expect(packet(`Feb 28 16:48:11 10 kernel: nat output: ${tcp}MARK=0x4000 `)).toEqual({
      prefix: "nat output: ",
      in: null,
      out: "lo",
      src: "192.0.2.1",
      dst: "192.0.2.1",
      proto: "tcp",
      sport: 19383,
      dport: 443,
      mark: 0x4000,
      ttl: 64,
      id: 49938,
      length: 52,
      flags: ["SYN"],
    });
  });

  const heads: [head: string][] = [
    ["Feb 28 16:48:11 10 kernel: "],
    ["Feb 28 16:48:11 n1 kernel: [12345.678901] "],
    ["2026-11-22T19:38:09.593+08:00 n1 kernel: "],
    ["2026-11-22T19:55:16,780180+00:00 "],
    ["[ 1516.125574] "],
    ["[Sun Nov 22 19:55:16 2026] "],
    ["kern  :warn  : [ 2543.780180] "],
    ["[ 2543.780180 <    0.000025>] "],
    ["<4>[ 2543.780180] "],
    ["[Nov22 19:55] "],
    ["[  +0.000025] "],
    [""],
  ];
  it.each(heads)("takes off the head %j", (head) => {
    expect(packet(`${head}pre ${tcp}`)).toMatchObject({ prefix: "pre ", sport: 19383 });
  });

  const prefixes: [prefix: string][] = [["noSpace"], [""], ["IN=x OUT=y "], ["[nat] "], ["a IN=b "]];
  it.each(prefixes)("keeps the prefix %j as it is", (prefix) =>
    expect(packet(`[ 1.000000] ${prefix}${tcp}`)).toMatchObject({ prefix, in: null, out: "lo" }),
  );

  it("takes an absent mark for 0", () => expect(packet(tcp)).toMatchObject({ mark: 0 }));

  const traces: [prefix: string, trace: object][] = [
    ["TRACE: nat:KUBE-SERVICES:rule:3 ", { table: "nat", chain: "KUBE-SERVICES", kind: "rule", number: 3 }],
    ["TRACE: filter:INPUT:policy:1 ", { table: "filter", chain: "INPUT", kind: "policy", number: 1 }],
    ["TRACE: nat:A:B:return:2 ", { table: "nat", chain: "A:B", kind: "return", number: 2 }],
  ];
  it.each(traces)("reads %s", (prefix, trace) =>
    expect(packet(`[ 1.000000] ${prefix}${tcp}`)).toMatchObject({ trace }),
  );

  it("keeps the first of keys that come twice, and what an ICMP error quotes out", () => {
    const udp =
      "x IN=eth0 OUT= MAC=00 SRC=192.0.2.1 DST=192.0.2.2 LEN=48 TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=UDP SPT=5 DPT=53 LEN=28 ";
    expect(packet(udp)).toMatchObject({ proto: "udp", dport: 53, id: 7, in: "eth0", out: null });
    const icmp =
      "x IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=76 TTL=64 ID=7 PROTO=ICMP TYPE=3 CODE=3 [SRC=198.51.100.1 DST=198.51.100.2 LEN=48 TTL=9 ID=8 PROTO=UDP SPT=5 DPT=53 LEN=28 ] MARK=0x1 ";
    expect(packet(icmp)).toMatchObject({ proto: "icmp", src: "192.0.2.1", sport: 0, dport: 0, mark: 1, ttl: 64 });
  });
  it("reads IPv6", () => {
    const line =
      "x IN=eth0 OUT= SRC=2001:0db8:0000:0000:0000:0000:0000:0001 DST=2001:0db8:0000:0000:0000:0000:0000:0002 LEN=80 TC=0 HOPLIMIT=63 FLOWLBL=1 PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 ACK SYN URGP=0 ";
    expect(packet(line)).toMatchObject({ src: "2001:db8::1", dst: "2001:db8::2", ttl: 63, flags: ["ACK", "SYN"] });
  });

  const forms: [name: string, line: string, expected: object][] = [
    [
      "link layer and bridge ports",
      "x IN=cni0 OUT= PHYSIN=veth1 PHYSOUT=veth2 MAC=8e:fd:96:77:93:62:9e:2f:6e:32:9f:2a:08:00 SRC=192.0.2.1 DST=192.0.2.2 LEN=60 TTL=64 ID=1 PROTO=TCP SPT=1 DPT=2 SYN URGP=0 ",
      { physIn: "veth1", physOut: "veth2", mac: { dst: "8e:fd:96:77:93:62", src: "9e:2f:6e:32:9f:2a" } },
    ],
    [
      "a VLAN",
      "x IN=eth0 OUT= MACSRC=9e:2f:6e:32:9f:2a MACDST=8e:fd:96:77:93:62 VPROTO=8100 VID=5 MACPROTO=0800 SRC=192.0.2.1 DST=192.0.2.2 LEN=60 TTL=64 ID=1 PROTO=UDP SPT=1 DPT=2 LEN=8 ",
      { mac: { src: "9e:2f:6e:32:9f:2a", vlan: 5 }, length: 60 },
    ],
    [
      "an ICMP error and what it quotes",
      "x IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=76 TTL=64 ID=7 PROTO=ICMP TYPE=3 CODE=4 [SRC=198.51.100.1 DST=198.51.100.2 LEN=48 TTL=9 ID=8 PROTO=UDP SPT=5 DPT=53 LEN=28 ] MTU=1450 ",
      {
        icmp: { type: 3, code: 4, mtu: 1450 },
        quoted: { src: "198.51.100.1", dst: "198.51.100.2", proto: "udp", sport: 5, dport: 53 },
      },
    ],
    [
      "a later fragment",
      "x IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=76 TTL=64 ID=7 FRAG:185 PROTO=UDP ",
      { fragment: true, sport: 0 },
    ],
    [
      "too little of it",
      "x IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=76 TTL=64 ID=7 PROTO=TCP INCOMPLETE [4 bytes] ",
      { incomplete: true, proto: "tcp" },
    ],
    [
      "an unnamed protocol",
      "x IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=76 TTL=64 ID=7 PROTO=112 ",
      { proto: "vrrp" },
    ],
    ["the sender", `x ${tcp}UID=1000 GID=1000 MARK=0x4000 `, { uid: 1000, mark: 0x4000 }],
    ["dmesg -J", `         "msg": "x \\"y\\" ${tcp}MARK=0x4000 "`, { prefix: 'x "y" ', mark: 0x4000 }],
    [
      "a repeated message",
      `Feb 28 16:48:11 n1 kernel: message repeated 3 times: [ x ${tcp}]`,
      { prefix: "x ", dport: 443 },
    ],
  ];
  it.each(forms)("reads %s", (_name, line, expected) => expect(packet(line)).toMatchObject(expected));
  it("reads what dmesg -J prints", () => {
    const item = (msg: string) =>
      `      {\n         "pri": 4,\n         "time":    1.000000,\n         "msg": "${msg}"\n      }`;
    const text = `{\n   "dmesg": [\n${item(`x ${tcp}`)},${item(`y ${tcp}`).trimStart()}\n   ]\n}\n`;
    const reading = read(text);
    expect(reading.snapshot.logs.map((l) => l.prefix)).toEqual(["x ", "y "]);
    expect(codes(reading)).toEqual([]);
  });
  it("says where lines are missing or cut", () => {
    expect(codes(read(`${tcp}\nnet_ratelimit: 12 callbacks suppressed\n`))).toEqual(["netfilter-log/lines-missing"]);
    expect(codes(read("x IN=eth0 OUT= SRC=192.0.2.1 DST=19\n"))).toEqual(["netfilter-log/cut-line"]);
  });
  it.each([
    "[ 1520.100000] nf_conntrack: nf_conntrack: table full, dropping packet",
    "Feb 28 16:48:11 n1 kernel: nf_conntrack: table full, dropping packet.",
  ])("keeps that the table of connections was full: %s", (line) => {
    const reading = read(`${line}\n${tcp}\n`);
    expect([reading.snapshot.system.conntrackFull.length, reading.snapshot.logs.length]).toEqual([1, 1]);
    expect(codes(reading)).toEqual([]);
  });
  it("leaves other kernel lines alone", () => {
    const reading = read(`[ 1.0] eth0: link up\n[ 1.000000] ${tcp}\n`);
    expect(formatsOf(reading)).toEqual(["netfilter-log"]);
    expect(codes(reading)).toEqual(["paste/unrecognised"]);
  });
});
