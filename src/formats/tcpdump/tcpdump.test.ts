import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { tcpdump } from "./tcpdump.ts";

fixtureChecks(tcpdump, import.meta.dirname);

const brief = (text: string): string[] =>
  read(text).snapshot.captures.map((p) => {
    const where = [p.stamp, p.iface, p.direction].filter(Boolean).join(" ");
    return `${where}|${p.proto} ${p.src} ${p.sport} > ${p.dst} ${p.dport} [${p.flags}]${p.mss ? ` mss ${p.mss}` : ""}`;
  });

const syn =
  "198.51.100.7.40000 > 203.0.113.9.6443: Flags [S], seq 9, win 43690, options [mss 65495,sackOK,nop,wscale 7], length 0";
const seen = "tcp 198.51.100.7 40000 > 203.0.113.9 6443 [S] mss 65495";

describe("tcpdump", () => {
  const cases: [name: string, line: string, expected: string][] = [
    ["a stamp of today", `18:20:12.414803 IP ${syn}`, `18:20:12.414803|${seen}`],
    ["-t", `IP ${syn}`, `|${seen}`],
    ["-tt", `1795376289.593014 IP ${syn}`, `1795376289.593014|${seen}`],
    ["-ttt", ` 00:00:00.000024 IP ${syn}`, `00:00:00.000024|${seen}`],
    ["-tttt", `2026-11-22 18:20:12.414803 IP ${syn}`, `2026-11-22 18:20:12.414803|${seen}`],
    ["nanoseconds", `18:20:12.414803123 IP ${syn}`, `18:20:12.414803123|${seen}`],
    ["-#", `    1  18:20:12.414803 IP ${syn}`, `18:20:12.414803|${seen}`],
    ["-i any", `18:20:12.414803 eth0  Out IP ${syn}`, `18:20:12.414803 eth0 out|${seen}`],
    ["-i any, in", `18:20:12.414803 cali1@x In  IP ${syn}`, `18:20:12.414803 cali1@x in|${seen}`],
    [
      "-e",
      `18:20:12.414803 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype IPv4 (0x0800), length 74: ${syn}`,
      `18:20:12.414803|${seen}`,
    ],
    [
      "-e, VLAN",
      `18:20:12.414803 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype 802.1Q (0x8100), length 78: vlan 100, p 0, ethertype IPv4 (0x0800), ${syn}`,
      `18:20:12.414803|${seen}`,
    ],
    [
      "-i any -e",
      `18:20:12.414803 eth0  Out ifindex 2 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 80: ${syn}`,
      `18:20:12.414803 eth0 out|${seen}`,
    ],
    [
      "-i any -e before 4.99",
      `18:20:12.414803 Out 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 76: ${syn}`,
      `18:20:12.414803 out|${seen}`,
    ],
    [
      "IPv6",
      "18:20:12.414803 IP6 2001:db8::7.40000 > 2001:db8::9.443: Flags [R.], seq 0, ack 1, win 0, length 0",
      "18:20:12.414803|tcp 2001:db8::7 40000 > 2001:db8::9 443 [R.]",
    ],
    [
      "-q",
      "18:20:12.414803 IP 198.51.100.7.40000 > 203.0.113.9.443: tcp 18",
      "18:20:12.414803|tcp 198.51.100.7 40000 > 203.0.113.9 443 []",
    ],
    [
      "UDP",
      "18:20:12.414803 IP 198.51.100.7.40000 > 203.0.113.9.5000: UDP, length 20",
      "18:20:12.414803|udp 198.51.100.7 40000 > 203.0.113.9 5000 []",
    ],
    [
      "DNS",
      "18:20:12.414803 IP 198.51.100.7.40000 > 203.0.113.9.53: 4660+ A? kubernetes.default. (54)",
      "18:20:12.414803|udp 198.51.100.7 40000 > 203.0.113.9 53 []",
    ],
    [
      "SCTP",
      "18:20:12.414803 IP 198.51.100.7.40000 > 203.0.113.9.3868: sctp (1) [INIT] [init tag: 1]",
      "18:20:12.414803|sctp 198.51.100.7 40000 > 203.0.113.9 3868 []",
    ],
    [
      "ICMP",
      "18:20:12.414803 IP 198.51.100.7 > 203.0.113.9: ICMP 192.0.2.1 udp port 53 unreachable, length 90",
      "18:20:12.414803|icmp 198.51.100.7 0 > 203.0.113.9 0 []",
    ],
    [
      "ICMPv6",
      "18:20:12.414803 IP6 2001:db8::7 > 2001:db8::9: ICMP6, packet too big, mtu 1280, length 90",
      "18:20:12.414803|ipv6-icmp 2001:db8::7 0 > 2001:db8::9 0 []",
    ],
    [
      "names of services",
      "18:20:12.414803 IP 198.51.100.7.40000 > 203.0.113.9.https: Flags [.], ack 1, win 5, length 0",
      "18:20:12.414803|tcp 198.51.100.7 40000 > 203.0.113.9 443 [.]",
    ],
    [
      "before 4.0",
      "18:20:12.414803 IP 198.51.100.7.40000 > 203.0.113.9.80: S 123:123(0) win 5840 <mss 1460,sackOK>",
      "18:20:12.414803|tcp 198.51.100.7 40000 > 203.0.113.9 80 [S] mss 1460",
    ],
    ["IPIP carries the packet", `18:20:12.414803 IP 192.0.2.1 > 192.0.2.2: IP ${syn}`, `18:20:12.414803|${seen}`],
    [
      "-v on one line with checksum",
      "18:20:12.414803 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60) 198.51.100.7.40000 > 203.0.113.9.443: Flags [S], cksum 0x1491 (incorrect -> 0xc5a1), seq 9, length 0",
      "18:20:12.414803|tcp 198.51.100.7 40000 > 203.0.113.9 443 [S]",
    ],
  ];
  it.each(cases)("%s", (_name, line, expected) => expect(brief(`${line}\n`)).toEqual([expected]));

  it("reads the second line of -v and not what an ICMP error quotes", () => {
    const text = `18:20:12.414803 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)
    198.51.100.7.40000 > 203.0.113.9.443: Flags [S], seq 9, length 0
18:20:13.414803 IP (tos 0xc0, ttl 64, id 2, offset 0, flags [none], proto ICMP (1), length 76)
    203.0.113.9 > 198.51.100.7: ICMP 203.0.113.9 udp port 53 unreachable, length 56
\t(tos 0x0, ttl 63, id 3, offset 0, flags [DF], proto UDP (17), length 48)
    198.51.100.7.5 > 203.0.113.9.53: UDP, length 20
`;
    expect(brief(text)).toEqual([
      "18:20:12.414803|tcp 198.51.100.7 40000 > 203.0.113.9 443 [S]",
      "18:20:13.414803|icmp 203.0.113.9 0 > 198.51.100.7 0 []",
    ]);
  });

  it("sees the packet in a VXLAN tunnel with the line above", () => {
    const text = `18:20:12.414803 IP 192.0.2.1.55555 > 192.0.2.2.8472: OTV, flags [I] (0x08), overlay 0, instance 1\nIP ${syn}\n`;
    expect(brief(text)).toEqual(["18:20:12.414803|udp 192.0.2.1 55555 > 192.0.2.2 8472 []", `18:20:12.414803|${seen}`]);
  });

  const fixture = (name: string) =>
    read(readFileSync(join(import.meta.dirname, "fixtures", `${name}-tcpdump-4.99.txt`), "utf8"));
  const told = (name: string): string[] =>
    fixture(name).snapshot.captures.map((p) => {
      const ports = p.sport > 0 || p.dport > 0 ? [`:${p.sport}`, `:${p.dport}`] : ["", ""];
      const around = (p.tunnels ?? []).map((t) => `in ${t.kind} ${t.src} > ${t.dst}`);
      const note =
        p.icmp && [p.icmp.about, p.icmp.mtu, ...Object.values(p.icmp.quoted ?? {})].filter((x) => x !== undefined);
      const extra = [
        ...around,
        ...(note ? [note.join(" ")] : []),
        ...(["fragment", "truncated", "badChecksum"] as const).filter((k) => p[k]),
      ];
      return [`${p.proto} ${p.src}${ports[0]} > ${p.dst}${ports[1]} [${p.flags}]`, ...extra].join("; ");
    });

  const inner = "tcp 10.244.1.5:40000 > 10.244.2.7:80 [S]; in";
  const unreachable = (about: string, more = "203.0.113.9") => `icmp 192.0.2.254 > 192.0.2.1 []; ${about} ${more}`;
  const kinds = [
    `${inner} ipip 192.0.2.1 > 192.0.2.2`,
    `${inner} gre 192.0.2.1 > 192.0.2.2`,
    "udp 192.0.2.1:5555 > 192.0.2.2:6081 []",
    `${inner} geneve 192.0.2.1 > 192.0.2.2`,
    "tcp 10.244.1.5:40000 > 10.244.2.7:80 [S]",
    "icmp 192.0.2.1 > 192.0.2.2 []; echo-request",
    "icmp 192.0.2.1 > 192.0.2.2 []; fragment",
    "udp 192.0.2.1 > 192.0.2.2 []; fragment",
    unreachable("host-unreachable"),
    unreachable("host-unreachable"),
    unreachable("prohibited"),
    unreachable("prohibited"),
    unreachable("too-big 1450"),
    "icmp 192.0.2.254 > 192.0.2.1 []; time-exceeded",
    unreachable("redirect"),
    unreachable("port-unreachable tcp", "203.0.113.9 443"),
    "sctp 192.0.2.1:4000 > 192.0.2.2:3868 []",
    "tcp 192.0.2.1:40000 > 192.0.2.2:80 []; truncated",
    "tcp 192.0.2.1:40000 > 192.0.2.2:80 [S]",
    "udp 10.96.0.10:53 > 192.0.2.1:40000 []",
    "udp 192.0.2.1:40000 > 10.96.0.10:53 []",
  ];
  it.each(["kinds", "kinds-e"])("reads packets of all kinds: %s", (name) => {
    // a Geneve packet on one line shows its inner packet only; the outer one is its tunnel
    expect(told(name)).toEqual(kinds.filter((k) => !k.startsWith("udp 192.0.2.1:5555")));
    expect(codes(fixture(name))).toEqual(["tcpdump/other-packets"]);
  });
  it("reads the same with -v, and what errors quote", () => {
    const quote = "tcp 192.0.2.1 203.0.113.9 40000 443";
    const list = told("kinds-v");
    expect(
      list.map((l) =>
        l.replace(/ (?:tcp 192\.0\.2\.1 )?203\.0\.113\.9(?: 40000)?(?: 443)?$/, "").replace("; badChecksum", ""),
      ),
    ).toEqual(kinds.map((l) => l.replace(/(?: tcp)? 203\.0\.113\.9(?: 443)?$/, "")));
    expect(list.filter((l) => l.endsWith(quote))).toHaveLength(8);
    expect(list.filter((l) => l.endsWith("badChecksum"))).toHaveLength(1);
  });
  it("reads packets in VXLAN, with -e too", () => {
    const [outer, around] = told("vxlan").slice(-2);
    expect(outer).toMatch(/^udp 192\.0\.2\.\d:\d+ > 192\.0\.2\.\d:8472/);
    expect(around).toMatch(/^(?:tcp|ipv6-icmp) .*; in vxlan 192\.0\.2\.\d > 192\.0\.2\.\d/);
    expect(told("vxlan-e").filter((l) => l.includes("in vxlan"))).toHaveLength(8);
    expect(told("vxlan-v").filter((l) => l.includes("in vxlan"))).toHaveLength(4);
  });
  it("reads errors and what they quote", () => {
    expect(told("errors-v")).toEqual([
      "icmp 192.0.2.2 > 192.0.2.1 []; port-unreachable udp 192.0.2.1 192.0.2.2 40565 5000",
      "icmp 192.0.2.2 > 192.0.2.1 []; port-unreachable udp 192.0.2.1 192.0.2.2 59240 53",
      "ipv6-icmp 2001:db8::2 > 2001:db8::1 []; port-unreachable udp 2001:db8::2 5000",
    ]);
  });
  it("reads hex, numbers, sizes, TTL and link layer", () => {
    expect(fixture("six-vvX").snapshot.captures).toMatchObject([
      { flags: "S", seq: 3667181938, length: 0, ttl: 64, mss: 1440, badChecksum: true },
      { flags: "S.", seq: 2476411107, ack: 3667181939 },
      { flags: "." },
    ]);
    expect(fixture("kinds-e").snapshot.captures[3]?.link).toEqual({
      src: "02:00:00:00:00:01",
      dst: "02:00:00:00:00:02",
      vlan: 100,
    });
    expect(fixture("any-tttt").snapshot.captures.map((p) => p.direction)).toEqual([
      "out",
      "in",
      "out",
      "out",
      "in",
      "in",
    ]);
  });
  it("reads packets between the payload of -A", () => {
    const text = `18:20:12.414803 IP ${syn}\nE..<..@.@............@.P_..h.........2.........\n..5........\n\n18:20:12.414804 IP ${syn}\nE..F..@.@............@.P\nGET / HTTP/1.0\n\nHost: x\n18:20:12.414805 IP ${syn}\n`;
    const reading = read(text);
    expect(formatsOf(reading)).toEqual(["tcpdump"]);
    expect(reading.snapshot.captures).toHaveLength(3);
  });

  const shown: [command: string, iface: string | undefined][] = [
    ["tcpdump -n -i eth0 tcp", "eth0"],
    ["tcpdump -nni eth0 tcp", "eth0"],
    ["tcpdump -nieth0 tcp", "eth0"],
    ["sudo tcpdump --interface=eth0", "eth0"],
    ["kubectl exec -it x -- tcpdump -i cni0", "cni0"],
    ["tcpdump -i any", undefined],
    ["tcpdump host 192.0.2.1", undefined],
  ];
  const banner = "listening on eth1, link-type EN10MB (Ethernet), capture size 262144 bytes";
  const packet = (stamp: string): string => `${stamp} IP ${syn}\n`;
  const captures: [name: string, between: string, stamp: string, iface: string | undefined][] = [
    ["a little later", "", "18:20:13.414803", "eth1"],
    ["out of order", "", "18:20:12.414800", "eth1"],
    ["after midnight", "", "00:00:01.000000", "eth1"],
    ["where the next capture says its own", "listening on cni0, link-type EN10MB (Ethernet)\n", "18:20:13.0", "cni0"],
    ["of all interfaces", "listening on any, link-type LINUX_SLL2 (Linux cooked v2)\n", "18:20:13.0", undefined],
    ["where the capture has ended", "1 packet captured\n", "18:20:13.000000", undefined],
    ["hours before", "", "12:00:00.000000", undefined],
    ["with the day", "", "2026-11-22 18:20:13.000000", undefined],
  ];
  it.each(captures)(
    "a packet %s is of the same interface, unless it is of another capture",
    (_, between, stamp, iface) => {
      const list = read(
        `$ tcpdump -n -i eth1\n${banner}\n${packet("18:20:12.414803")}${between}${packet(stamp.padEnd(15, "0"))}`,
      );
      expect(list.snapshot.captures.map((p) => p.iface)).toEqual(["eth1", iface]);
    },
  );
  it.each(shown)("takes the interface of %s", (command, iface) => {
    expect(read(`$ ${command}\n18:20:12.414803 IP ${syn}\n`).snapshot.captures[0]?.iface).toBe(iface);
  });
  it("takes the interface of the banner", () => {
    const banner = "listening on eth1, link-type EN10MB (Ethernet), capture size 65535 bytes";
    expect(read(`${banner}\n18:20:12.414803 IP ${syn}\n`).snapshot.captures[0]?.iface).toBe("eth1");
  });

  it("counts packets it does not use", () => {
    const text =
      "18:20:12.414803 ARP, Request who-has 192.0.2.1 tell 192.0.2.2, length 28\n18:20:12.414804 IP 192.0.2.1 > 224.0.0.18: VRRPv2, Advertisement, length 20\n18:20:12.414805 IP n1.example.com.40000 > n2.example.com.https: Flags [S], length 0\n";
    const reading = read(text);
    expect(formatsOf(reading)).toEqual(["tcpdump"]);
    expect(codes(reading)).toEqual(["tcpdump/other-packets", "tcpdump/names"]);
    expect(reading.diagnostics[0]?.message.en).toMatch(/^2 packets/);
  });
  it("skips hex", () => {
    expect(brief(`18:20:12.414803 IP ${syn}\n\t0x0000:  4500 003c 0001 4000 4006 0000 c633 6407\n`)).toHaveLength(1);
  });
});
