import { describe, expect, it } from "vitest";
import { sourceText } from "../base/source.ts";
import { readNode } from "./read.ts";

const read = (...texts: readonly string[]) => readNode(texts.map((text, i) => sourceText(`s${i}`, `file ${i}`, text)));

const addresses = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP
    inet 192.0.2.10/24 brd 192.0.2.255 scope global eth0
3: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    inet 198.51.100.1/25 scope global cni0
`;
const routes = `default via 192.0.2.1 dev eth0
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10
198.51.100.0/25 dev cni0 proto kernel scope link src 198.51.100.1
local 192.0.2.10 dev eth0 table local proto kernel scope host src 192.0.2.10
local 198.51.100.1 dev cni0 table local proto kernel scope host src 198.51.100.1
local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1
`;
const router = `192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1
203.0.113.0/24 dev eth1 proto kernel scope link src 203.0.113.1
198.51.100.0/25 via 192.0.2.10 dev eth0
local 192.0.2.1 dev eth0 table local proto kernel scope host src 192.0.2.1
local 203.0.113.1 dev eth1 table local proto kernel scope host src 203.0.113.1
local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1
`;
const routerLinks = addresses
  .replace("eth0: <", "wan0: <")
  .replaceAll("cni0", "lan0")
  .replaceAll(" eth0", " wan0")
  .replaceAll("192.0.2.10", "203.0.113.1");
const strange = (...texts: readonly string[]): number =>
  read(...texts).diagnostics.filter((d) => d.code === "paste/other-host").length;
const known = (...texts: readonly string[]): number => read(...texts).snapshot.routes.list.length;

describe("dumps of another host among the node's", () => {
  it.each([
    ["after the node's", [addresses, routes, router]],
    ["before the node's", [router, routes, addresses]],
    ["without the node's addresses", [routes, router]],
  ])("routes are set aside, %s", (_, texts) => {
    expect(strange(...texts)).toBe(1);
    expect(known(...texts)).toBe(6);
  });
  it("routes by devices that the node does not have are set aside", () => {
    expect(known(addresses, "203.0.113.0/24 dev r-lan scope link\n203.0.114.0/24 dev r-wan scope link\n")).toBe(0);
  });
  it("devices are set aside", () => {
    const { snapshot } = read(addresses, routerLinks);
    expect(snapshot.links.list.map((l) => l.name)).toEqual(["lo", "eth0", "cni0"]);
    expect(strange(addresses, routerLinks)).toBe(1);
  });
  it.each([
    ["the node's own routes", [addresses, routes]],
    ["its routes twice", [addresses, routes, routes]],
    [
      "its IPv6 routes where only IPv4 addresses are known",
      [
        addresses,
        "2001:db8::/64 dev eth0 proto kernel metric 256 pref medium\nlocal 2001:db8::10 dev eth0 table local proto kernel metric 0 pref medium\n",
      ],
    ],
    ["routes beside a few addresses", ["    inet 192.0.2.77/32 scope global kube-ipvs0\n", routes]],
    [
      "routes of which the newest address is not in ip addr",
      [addresses, `${routes}local 192.0.2.99 dev kube-ipvs0 table local proto kernel scope host src 192.0.2.99\n`],
    ],
    ["addresses in two pieces", [addresses, addresses.slice(addresses.indexOf("3: "))]],
  ])("nothing is set aside: %s", (_, texts) => {
    expect(strange(...texts)).toBe(0);
  });
});
