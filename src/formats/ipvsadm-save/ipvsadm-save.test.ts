import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, formatsOf, plain, read } from "../testing/format-checks.ts";
import { ipvsadmSave } from "./ipvsadm-save.ts";

fixtureChecks(ipvsadmSave, import.meta.dirname);

const ipvs = (text: string) => plain(read(text).snapshot.ipvs) as { servers: unknown[]; markServers: unknown[] };

describe("ipvsadm -S", () => {
  it("reads a server with its real servers", () => {
    const text =
      "-A -t 192.0.2.1:443 -s rr -p 10800\n-a -t 192.0.2.1:443 -r 198.51.100.7:6443 -m -w 1\n-a -t 192.0.2.1:443 -r 198.51.100.8:6443 -g -w 0\n";
    expect(ipvs(text).servers).toEqual([
      {
        proto: "tcp",
        address: "192.0.2.1",
        port: 443,
        scheduler: "rr",
        persistence: 10800,
        flags: [],
        realServers: [
          { address: "198.51.100.7", port: 6443, forwarding: "masq", weight: 1 },
          { address: "198.51.100.8", port: 6443, forwarding: "route", weight: 0 },
        ],
      },
    ]);
  });
  it("reads IPv6, SCTP with flags, and marks", () => {
    const text =
      "-A -t [2001:db8::1]:443 -s rr\n-A --sctp-service 192.0.2.1:3868 -s sh -b sh-fallback,sh-port\n-A -f 7 -6 -s rr -p 60 -M 64\n";
    expect(ipvs(text)).toMatchObject({
      servers: [{ address: "2001:db8::1" }, { proto: "sctp", flags: ["sh-fallback", "sh-port"] }],
      markServers: [{ fwmark: 7, family: 6, persistence: 60 }],
    });
  });
  it("reads masks, engines, tunnels and one-packet scheduling", () => {
    const text =
      "-A -f 1000 -s wlc -p 300 -M 255.255.255.0\n-a -f 1000 -r 198.51.100.7:0 -i -w 0 --tun-type gue --tun-port 5555 --tun-nocsum\n-A -u 192.0.2.12:5060 -s rr --pe sip -o\n";
    expect(ipvs(text)).toMatchObject({
      coverage: "whole",
      servers: [{ flags: ["ops"], engine: "sip" }],
      markServers: [
        {
          mask: "255.255.255.0",
          realServers: [{ forwarding: "tunnel", weight: 0, tunnel: "--tun-type gue --tun-port 5555 --tun-nocsum" }],
        },
      ],
    });
  });
  it("reads what a shell was told, as a part of what is there", () => {
    const text =
      "ipvsadm -A -t 192.0.2.1:443 -p\nipvsadm --add-server --tcp-service 192.0.2.1:443 --real-server 198.51.100.7 --masquerading -x 5\nipvsadm -a -t 192.0.2.1:443 -r 198.51.100.8:80 -i\nipvsadm -e -t 192.0.2.1:443 -r 198.51.100.8:80 -m -w 9\nipvsadm -A -u 192.0.2.1:53\nipvsadm -D -u 192.0.2.1:53\n";
    expect(codes(read(text))).toEqual(["ipvsadm-save/commands"]);
    expect(ipvs(text)).toMatchObject({
      coverage: "partial",
      servers: [
        {
          scheduler: "wlc",
          persistence: 300,
          realServers: [
            { address: "198.51.100.7", port: 443, forwarding: "masq", more: "-x 5" },
            { address: "198.51.100.8", port: 80, forwarding: "masq", weight: 9 },
          ],
        },
      ],
    });
    expect(ipvs(`${text}ipvsadm -C\n`).servers).toEqual([]);
    const prompt = text
      .replaceAll(/^/gm, "[root@n1 ~]# ")
      .replace("[root@n1 ~]# ipvsadm -e", "$ sudo /sbin/ipvsadm -e");
    expect(ipvs(prompt.trimEnd())).toEqual(ipvs(text));
  });
  it("names what it cannot read", () => {
    expect(codes(read("-A -t 192.0.2.1:nothing -s rr\n"))).toEqual(["ipvsadm-save/bad-address"]);
    expect(codes(read("-a -t 192.0.2.1:443 -r 198.51.100.7:6443 -m -w 1\n"))).toEqual([
      "ipvsadm-save/server-not-declared",
    ]);
  });

  const kinds: [line: string, format: string][] = [
    ["-A -t 192.0.2.1:443 -s rr", "ipvsadm-save"],
    ["-A -f 7 -s rr", "ipvsadm-save"],
    ["-A INPUT -s 192.0.2.1/32 -j ACCEPT", "iptables-save"],
    ["-A t -s 192.0.2.1/32 -j ACCEPT", "iptables-save"],
    ["-A -t 116 -u SEEN_REPLY,ASSURED -s 192.0.2.1 -d 198.51.100.1 -p tcp", "conntrack-list"],
  ];
  it.each(kinds)("takes %s for %s", (line, format) => expect(formatsOf(read(`${line}\n`))).toEqual([format]));

  it("keeps ipvsadm and iptables apart line by line", () => {
    const text = "-A INPUT -j ACCEPT\n-A -t 192.0.2.1:443 -s rr\n-A OUTPUT -j ACCEPT\n";
    expect(formatsOf(read(text))).toEqual(["iptables-save", "ipvsadm-save", "iptables-save"]);
  });
});
