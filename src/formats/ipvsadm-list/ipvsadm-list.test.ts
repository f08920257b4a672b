import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { ipvsadmList } from "./ipvsadm-list.ts";

fixtureChecks(ipvsadmList, import.meta.dirname);

describe("ipvsadm -L -n", () => {
  it("reads servers, also where a page lost the blanks before ->", () => {
    const text =
      "TCP  192.0.2.1:443 rr persistent 10800\n-> 198.51.100.7:6443             Masq    1      0          3\nUDP  [2001:db8::1]:53 sh (sh-port) ops\nFWM  7 IPv6 wlc persistent 60 mask 64\n  -> 198.51.100.7:0               Local   0      0          0\n";
    expect(plain(read(text).snapshot.ipvs)).toMatchObject({
      coverage: "whole",
      servers: [
        { port: 443, persistence: 10800, realServers: [{ address: "198.51.100.7", forwarding: "masq", weight: 1 }] },
        { proto: "udp", address: "2001:db8::1", flags: ["sh-port", "ops"] },
      ],
      markServers: [{ fwmark: 7, family: 6, scheduler: "wlc", realServers: [{ forwarding: "local", weight: 0 }] }],
    });
  });
  it("says the same as ipvsadm -S", () => {
    const list = "TCP  192.0.2.1:443 rr\n  -> 198.51.100.7:6443            Masq    1      0          0\n";
    const save = "-A -t 192.0.2.1:443 -s rr\n-a -t 192.0.2.1:443 -r 198.51.100.7:6443 -m -w 1\n";
    expect(plain(read(list).snapshot.ipvs)).toEqual(plain(read(save).snapshot.ipvs));
    expect(codes(read(`${list}${save}`))).toEqual([]);
  });
  const shown: [name: string, text: string, expected: object][] = [
    [
      "names of services that are not cut",
      "TCP  192.0.2.1:https rr\n  -> 198.51.100.7:sun-sr-https      Masq    1      0          0\n",
      { coverage: "whole", servers: [{ port: 443, realServers: [{ port: 6443 }] }] },
    ],
    [
      "a mask, an engine and one-packet scheduling",
      "UDP  192.0.2.12:5060 rr persistent 60 mask 255.255.255.0 pe sip ops\n",
      { servers: [{ persistence: 60, mask: "255.255.255.0", engine: "sip", flags: ["ops"], realServers: [] }] },
    ],
    [
      "a drained server and one of the kernel's own",
      "TCP  192.0.2.1:443 rr\n  -> 198.51.100.7:6443            Masq    0      12         3\n  -> 198.51.100.8:6443            Local   1      0          3\n",
      { servers: [{ realServers: [{ weight: 0 }, { forwarding: "local", weight: 1 }] }] },
    ],
    [
      "--persistent-conn",
      "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port            Weight    PersistConn ActiveConn InActConn \n  -> RemoteAddress:Port\nTCP  192.0.2.1:443 rr persistent 10800\n  -> 198.51.100.7:6443            0         1           0          0         \n",
      { coverage: "partial", servers: [{ scheduler: "rr", realServers: [{ forwarding: "unknown", weight: 0 }] }] },
    ],
    [
      "--thresholds",
      "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn \n  -> RemoteAddress:Port\nTCP  192.0.2.1:443 rr\n  -> 198.51.100.7:6443            0          0          0          0         \n",
      { coverage: "partial", servers: [{ realServers: [{ forwarding: "unknown" }] }] },
    ],
    [
      "--tun-info",
      "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn\nTCP  192.0.2.1:443 rr\n  -> 198.51.100.7:6443            Tunnel  gue:5555:-c   1      0          0         \n  -> 198.51.100.8:6443            Masq    n/a           1      0          0         \n",
      {
        coverage: "whole",
        servers: [
          {
            realServers: [
              { forwarding: "tunnel", tunnel: "--tun-type gue --tun-port 5555 --tun-nocsum", weight: 1 },
              { forwarding: "masq" },
            ],
          },
        ],
      },
    ],
    [
      "--stats",
      "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n  -> RemoteAddress:Port\nTCP  192.0.2.1:443                      2       10       8   610K      500\n  -> 198.51.100.7:6443                  2       10       8      610      500\n",
      { coverage: "partial", servers: [{ scheduler: "", realServers: [{ port: 6443, forwarding: "unknown" }] }] },
    ],
    [
      "/proc/net/ip_vs",
      "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\nTCP  0A140001:01BB rr persistent 10800 FFFFFFFF\n  -> 0A130978:192B      Masq    1      0          0         \nTCP  [fd00:0096:0000:0000:0000:0000:0000:0001]:01BB rr\n  -> [fd00:0244:0001:0000:0000:0000:0000:0005]:192B      Masq    1      0          0         \nFWM  00000010 rr\n",
      {
        coverage: "whole",
        servers: [
          {
            address: "10.20.0.1",
            port: 443,
            persistence: 10800,
            realServers: [{ address: "10.19.9.120", port: 6443 }],
          },
          { address: "fd00:96::1", port: 443, realServers: [{ address: "fd00:244:1::5" }] },
        ],
        markServers: [{ fwmark: 16 }],
      },
    ],
    [
      "an empty table",
      "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n",
      { coverage: "whole", servers: [] },
    ],
    [
      "one server that was asked for",
      "$ ipvsadm -Ln -t 192.0.2.1:443\nTCP  192.0.2.1:443 rr\n",
      { coverage: "partial" },
    ],
  ];
  it.each(shown)("reads %s", (_name, text, expected) =>
    expect(plain(read(text).snapshot.ipvs)).toMatchObject(expected),
  );

  it("takes a listing with methods before one with counters, in either order", () => {
    const list = "TCP  192.0.2.1:443 rr\n  -> 198.51.100.7:6443            Masq    1      0          0\n";
    const stats =
      "Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n  -> RemoteAddress:Port\nTCP  192.0.2.1:443                      2       10       8   610K      500\n  -> 198.51.100.7:6443                  2       10       8      610      500\n";
    for (const text of [
      `$ ipvsadm -Ln\n${list}$ ipvsadm -Ln --stats\n${stats}`,
      `$ ipvsadm -Ln --stats\n${stats}$ ipvsadm -Ln\n${list}`,
    ])
      expect(plain(read(text).snapshot.ipvs)).toMatchObject({
        servers: [{ scheduler: "rr", realServers: [{ forwarding: "masq" }] }],
      });
  });

  it.each([["TCP is a protocol"], ["TCP 10.0.0.1:80 is open on this host"]])(
    "does not take %s for a virtual server",
    (line) => expect(read(`${line}\n`).segments).toEqual([]),
  );
});
