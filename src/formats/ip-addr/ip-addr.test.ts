import { describe, expect, it } from "vitest";
import { covered, fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { ipAddr } from "./ip-addr.ts";

fixtureChecks(ipAddr, import.meta.dirname);

const links = (text: string) => read(text).snapshot.links;
const brief = (text: string) =>
  links(text).list.map((l) => `${l.name} ${l.addresses.map((a) => `${a.address}/${a.prefix}`).join(" ")}`.trim());

describe("ip addr", () => {
  const cases: [name: string, text: string, expected: string[]][] = [
    [
      "an address line that grep kept alone names its device by the label",
      "    inet 192.0.2.1/32 brd 192.0.2.1 scope global kube-ipvs0\n",
      ["kube-ipvs0 192.0.2.1/32"],
    ],
    ["a label with a colon", "    inet 192.0.2.1/24 scope global secondary eth0:1\n", ["eth0 192.0.2.1/24"]],
    [
      "a peer's length is the peer's",
      "2: v@if2: <UP> mtu 1500\n    inet 192.0.2.1 peer 192.0.2.2/32 scope global v\n",
      ["v 192.0.2.1/32"],
    ],
    [
      "-o repeats the device",
      "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever\n1: lo    inet6 ::1/128 scope host \\       valid_lft forever\n",
      ["lo 127.0.0.1/8 ::1/128"],
    ],
    [
      "-br prints a peer as three words",
      "lo               UNKNOWN        127.0.0.1/8 ::1/128 \nveth-b@if2       UP             192.0.2.1 peer 192.0.2.2/32 2001:db8::2/64 \n",
      ["lo 127.0.0.1/8 ::1/128", "veth-b 192.0.2.1/32 2001:db8::2/64"],
    ],
    [
      "-br prints metrics and IPv6 peers",
      "vb@va            UP             169.254.1.1/16 metric 50 10.1.0.2/24 2001:db8::9 peer 2001:db8::8/128 \n",
      ["vb 169.254.1.1/16 10.1.0.2/24 2001:db8::9/128"],
    ],
    [
      "colours stand inside an address",
      "2: \u001b[36meth0\u001b[0m: <UP> mtu 1500\n    inet \u001b[35m198.51.100.7\u001b[0m/24 scope global eth0\n",
      ["eth0 198.51.100.7/24"],
    ],
  ];
  it.each(cases)("%s", (_name, text, expected) => expect(brief(text)).toEqual(expected));

  it("gives an address of -br the scope that it has by itself", () => {
    const text = "lo UNKNOWN 127.0.0.1/8 ::1/128 \neth0 UP 198.51.100.7/24 fe80::1/64 2001:db8::7/64 \n";
    const scopes = links(text).list.flatMap((l) => l.addresses.map((a) => a.scope));
    expect(scopes).toEqual(["host", "host", "global", "link", "global"]);
  });

  it("keeps flags, master, mtu and MAC", () => {
    const [link] = links(
      "2: eth0@if7: <UP,LOWER_UP> mtu 1400 master cni0 state UP\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n",
    ).list;
    expect(plain(link)).toMatchObject({ index: 2, up: true, mtu: 1400, master: "cni0", mac: "02:00:00:00:00:01" });
  });

  const details: [name: string, text: string, expected: object][] = [
    [
      "a bridge port's mode",
      "4: va@vb: <UP> mtu 1500 master br0 state forwarding priority 32 cost 2 \n    hairpin on guard off root_block off isolated on locked off \n",
      { name: "va", parent: "vb", master: "br0", hairpin: true, isolated: true },
    ],
    [
      "the same of ip -d",
      "4: va@vb: <UP> mtu 1500 master br0 state UP\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 1  allmulti 1 \n    veth \n    bridge_slave state forwarding hairpin off isolated off \n",
      { kind: "veth", mac: "02:00:00:00:00:01", promiscuity: 1, hairpin: false, isolated: false },
    ],
    [
      "the same of the kernel's files",
      "/sys/class/net/va/brport/hairpin_mode:1\n/sys/class/net/va/brport/isolated:0\n",
      { name: "va", hairpin: true, isolated: false },
    ],
    [
      "those below the bridge",
      "/sys/devices/virtual/net/cbr0/brif/va/hairpin_mode:0\n",
      { name: "va", master: "cbr0", hairpin: false },
    ],
    [
      "an old bridge command's",
      "2: eth0 state UP @if7: <UP> mtu 1500 master br0 state forwarding priority 32 cost 2 \n",
      { name: "eth0", parent: "if7", master: "br0" },
    ],
    [
      "a tunnel's",
      "5: flannel.1: <UP> mtu 1450 state UNKNOWN\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n    vxlan id 1 local 10.1.0.2 dev eth0 srcport 0 0 dstport 8472 nolearning ttl auto \n",
      {
        name: "flannel.1",
        kind: "vxlan",
        details: "id 1 local 10.1.0.2 dev eth0 srcport 0 0 dstport 8472 nolearning ttl auto",
      },
    ],
    [
      "a kind on one line",
      "2: br0: <UP> mtu 1500 state UP\\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 \\    bridge forward_delay 1500 \n",
      { name: "br0", kind: "bridge", mac: "02:00:00:00:00:01", promiscuity: 0 },
    ],
    [
      "-br link",
      "eth0@if7         UP             02:42:ac:11:00:02 <BROADCAST,UP> \n",
      { mac: "02:42:ac:11:00:02", up: true, parent: "if7" },
    ],
  ];
  it.each(details)("reads %s", (_name, text, expected) => expect(plain(links(text).list[0])).toMatchObject(expected));

  it("keeps what is said of an address", () => {
    const text =
      "2: eth0: <UP> mtu 1500\n    inet 198.51.100.7/24 metric 100 brd 198.51.100.255 scope global secondary dynamic proto kernel eth0:1\n    inet6 2001:db8::7/64 scope global deprecated nodad \n    inet6 2001:db8::9 peer 2001:db8::8/128 scope global \n";
    expect(plain(links(text).list[0]?.addresses)).toEqual([
      {
        address: "198.51.100.7",
        prefix: 24,
        broadcast: "198.51.100.255",
        scope: "global",
        secondary: true,
        label: "eth0:1",
        flags: ["secondary", "dynamic"],
      },
      { address: "2001:db8::7", prefix: 64, scope: "global", secondary: false, flags: ["deprecated", "nodad"] },
      { address: "2001:db8::9", prefix: 128, peer: "2001:db8::8", scope: "global", secondary: false },
    ]);
  });

  const whole =
    "1: lo: <UP> mtu 65536\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n";
  const coverage: [name: string, text: string, expected: string][] = [
    ["all devices are whole", whole, "whole"],
    ["grep leaves lines out", `$ ip addr | grep inet\n${whole}`, "partial"],
    [
      "ip link shows no address",
      "1: lo: <UP> mtu 65536\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n",
      "partial",
    ],
    ["-6 leaves IPv4 out", "1: lo: <UP> mtu 65536\n    inet6 ::1/128 scope host \n", "partial"],
    ["-4 in the command", `$ ip -4 addr\n${whole}`, "partial"],
    ["-br shows all addresses", "lo               UNKNOWN        127.0.0.1/8 ::1/128 \n", "whole"],
    ["addresses of one kind", `$ ip addr show scope global\n${whole}`, "partial"],
    [
      "one device is not all",
      "$ ip addr show dev eth0\n2: eth0: <UP> mtu 1500\n    inet 198.51.100.7/24 scope global eth0\n",
      "partial",
    ],
  ];
  it.each(coverage)("%s", (_name, text, expected) => expect(links(text).coverage).toBe(expected));

  it("points at an address that cannot be read", () => {
    const reading = read("2: eth0: <UP> mtu 1500\n    inet 198.51.100.300/24 scope global eth0\n");
    const [problem] = reading.diagnostics;
    expect(problem?.code).toBe("ip-addr/bad-address");
    expect(problem && covered(reading, problem.at)).toContain("198.51.100.300");
  });
});
