import { describe, expect, it } from "vitest";
import { fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { ifconfig } from "./ifconfig.ts";

fixtureChecks(ifconfig, import.meta.dirname);

const links = (text: string) => read(text).snapshot.links;
const brief = (text: string): string[] =>
  links(text).list.map((l) =>
    [
      l.name,
      l.up,
      l.mtu,
      l.mac,
      ...l.addresses.map(
        (a) => `${a.address}/${a.prefix}${a.peer ? ` peer ${a.peer}` : ""} ${a.scope} ${a.label ?? ""}`,
      ),
    ]
      .join(" ")
      .trim(),
  );

describe("ifconfig", () => {
  const cases: [name: string, text: string, expected: string[]][] = [
    [
      "net-tools 2",
      "eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n        inet 198.51.100.7  netmask 255.255.254.0  broadcast 198.51.101.255\n        inet6 2001:db8::7  prefixlen 64  scopeid 0x0<global>\n        ether 02:42:ac:11:00:02  txqueuelen 1000  (Ethernet)\n",
      ["eth0 true 1500 02:42:ac:11:00:02 198.51.100.7/23 global eth0 2001:db8::7/64 global"],
    ],
    [
      "labels",
      "eth0: flags=4163<UP>  mtu 1500\n        inet 198.51.100.7  netmask 255.255.255.0  broadcast 198.51.100.255\n\neth0:1: flags=4163<UP>  mtu 1500\n        inet 198.51.100.8  netmask 255.255.255.0  broadcast 198.51.100.255\n",
      ["eth0 true 1500  198.51.100.7/24 global eth0 198.51.100.8/24 global eth0:1"],
    ],
    [
      "a point-to-point link",
      "tun0: flags=4305<UP,POINTOPOINT,RUNNING,NOARP,MULTICAST>  mtu 1500\n        inet 192.0.2.1  netmask 255.255.255.255  destination 192.0.2.2\n",
      ["tun0 true 1500  192.0.2.1/32 peer 192.0.2.2 global tun0"],
    ],
    [
      "net-tools 1",
      "eth0      Link encap:Ethernet  HWaddr 02:42:AC:11:00:02  \n          inet addr:172.17.0.2  Bcast:172.17.255.255  Mask:255.255.0.0\n          inet6 addr: fe80::42:acff:fe11:2/64 Scope:Link\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n",
      ["eth0 true 1500 02:42:ac:11:00:02 172.17.0.2/16 global eth0 fe80::42:acff:fe11:2/64 link"],
    ],
    [
      "net-tools 1, point to point",
      "tun0      Link encap:UNSPEC  HWaddr 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00  \n          inet addr:192.0.2.1  P-t-P:192.0.2.2  Mask:255.255.255.255\n",
      ["tun0    192.0.2.1/32 peer 192.0.2.2 global tun0"],
    ],
  ];
  it.each(cases)("reads %s", (_name, text, expected) => expect(brief(text)).toEqual(expected));

  it("never knows that an address is missing", () => {
    const text =
      "$ ifconfig -a\nkube-ipvs0: flags=130<BROADCAST,NOARP>  mtu 1500\n        inet 10.20.0.1  netmask 255.255.255.255  broadcast 0.0.0.0\n\nlo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n        inet 127.0.0.1  netmask 255.0.0.0\n";
    expect(links(text).coverage).toBe("partial");
    const all =
      "1: lo: <UP> mtu 65536\n    link/loopback 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n2: kube-ipvs0: <NOARP> mtu 1500\n    inet 10.20.0.2/32 scope global kube-ipvs0\n";
    expect(plain(links(`${text}$ ip addr\n${all}`))).toMatchObject({
      coverage: "whole",
      list: [{ name: "kube-ipvs0", addresses: [{ address: "10.20.0.1" }, { address: "10.20.0.2" }] }, { name: "lo" }],
    });
  });
});
