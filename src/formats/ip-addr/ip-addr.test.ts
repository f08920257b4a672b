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
      "colours stand inside an address",
      "2: \u001b[36meth0\u001b[0m: <UP> mtu 1500\n    inet \u001b[35m198.51.100.7\u001b[0m/24 scope global eth0\n",
      ["eth0 198.51.100.7/24"],
    ],
  ];
  it.each(cases)("%s", (_name, text, expected) => expect(brief(text)).toEqual(expected));

  it("keeps flags, master, mtu and MAC", () => {
    const [link] = links(
      "2: eth0@if7: <UP,LOWER_UP> mtu 1400 master cni0 state UP\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n",
    ).list;
    expect(plain(link)).toMatchObject({ index: 2, up: true, mtu: 1400, master: "cni0", mac: "02:00:00:00:00:01" });
  });

  const whole = "1: lo: <UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n";
  const coverage: [name: string, text: string, expected: string][] = [
    ["all devices are whole", whole, "whole"],
    ["grep leaves lines out", `$ ip addr | grep inet\n${whole}`, "partial"],
    [
      "ip link shows no address",
      "1: lo: <UP> mtu 65536\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n",
      "partial",
    ],
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
