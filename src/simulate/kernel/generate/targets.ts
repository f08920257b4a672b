import type { Hook } from "../../../model/netfilter/hook.ts";
import { bare, familyOfText, nodeAddresses, peerAddresses, podAddresses, ports, serviceAddresses } from "../places.ts";
import type { Random } from "../random.ts";
import type { Spot } from "./conditions.ts";

const marks = ["0x4000/0x4000", "0x8000/0x8000", "0x1/0xffffffff", "0x2/0xff", "0x10/0x10", "0x0/0xf"];

/** `-j …` of a rule that does not go to another chain. */
export function target(random: Random, spot: Spot, proto: "tcp" | "udp" | undefined): string {
  const { table, hooks } = spot;
  const common: readonly (readonly [number, () => string])[] = [
    [3, () => "-j ACCEPT"],
    [3, () => "-j RETURN"],
    [1, () => ""],
    [1, () => "-j NFLOG --nflog-group 7"],
  ];
  const marking: readonly (readonly [number, () => string])[] = [
    [4, () => `-j MARK --set-xmark ${random.one(marks)}`],
    [1, () => `-j MARK --set-mark ${random.one(["1", "2", "0x10"])}`],
    [2, () => `-j CONNMARK --set-xmark ${random.one(marks)}`],
    [2, () => `-j CONNMARK --save-mark --nfmask ${random.one(["0xffffffff", "0xff"])} --ctmask 0xffffffff`],
    [2, () => `-j CONNMARK --restore-mark --nfmask ${random.one(["0xffffffff", "0xff"])} --ctmask 0xffffffff`],
  ];
  switch (table) {
    case "raw":
      return random.weighted([
        ...common,
        [3, () => "-j CT --notrack"],
        [2, () => `-j MARK --set-xmark ${random.one(marks)}`],
      ])();
    case "mangle":
      return random.weighted([...common, [0.3, () => "-j DROP"], ...marking, ...mangling(spot, proto)])();
    case "nat":
      return random.weighted([...common, ...marking, [12, () => translation(random, spot, proto)]])();
    default:
      return random.weighted([
        ...common,
        [0.7, () => "-j DROP"],
        [table === "filter" ? 0.7 : 0, () => `-j REJECT --reject-with ${rejection(random, spot.family, proto)}`],
        ...marking,
      ] as const)();
  }
  function mangling({ family }: Spot, p: string | undefined): readonly (readonly [number, () => string])[] {
    return [
      [
        1,
        () => (p === "tcp" ? "-m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1300" : "-j TOS --set-tos 0x10/0x3f"),
      ],
      [0.5, () => "-j DSCP --set-dscp 0x0a"],
      [0.5, () => (family === 4 ? "-j TTL --ttl-set 20" : "-j HL --hl-set 20")],
      [0.5, () => (hooks.every((h) => postHooks.has(h)) ? "-j CLASSIFY --set-class 1:1" : "")],
    ];
  }
}

const postHooks = new Set<Hook>(["FORWARD", "OUTPUT", "POSTROUTING"]);

const rejection = (random: Random, family: 4 | 6, proto: "tcp" | "udp" | undefined): string =>
  proto === "tcp" && random.chance(0.4)
    ? "tcp-reset"
    : family === 4
      ? random.one(["icmp-port-unreachable", "icmp-host-prohibited", "icmp-admin-prohibited", "icmp-net-unreachable"])
      : random.one(["icmp6-port-unreachable", "icmp6-adm-prohibited", "icmp6-addr-unreachable"]);

function translation(random: Random, spot: Spot, proto: "tcp" | "udp" | undefined): string {
  const { family, hooks } = spot;
  const [hook] = hooks;
  const end = (address: string, port: string): string =>
    port === "" ? address : family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
  if (hook === "PREROUTING" || hook === "OUTPUT") {
    const to = random.chance(0.6)
      ? random.one([...podAddresses(family), ...peerAddresses(family)])
      : random.one(nodeAddresses.map(([, a]) => bare(a)).filter((a) => familyOfText(a) === family));
    const port = proto && random.chance(0.7) ? String(random.one(ports)) : "";
    return random.weighted<() => string>([
      [8, () => `-j DNAT --to-destination ${end(to, port)}${random.chance(0.1) ? " --persistent" : ""}`],
      [0.5, () => `-j DNAT --to-destination ${end(family === 4 ? "127.0.0.1" : "::1", port)}`],
      [0.5, () => `-j DNAT --to-destination ${end(random.one(peerAddresses(family)), proto ? "80-443" : "")}`],
      [2, () => (proto ? `-j REDIRECT --to-ports ${random.one(ports)}` : "-j REDIRECT")],
      [1, () => `-j NETMAP --to ${random.one(netmaps[family])}`],
      [
        1,
        () =>
          family === 4 ? "-j DNAT --to-destination 10.244.1.10-10.244.1.11" : "-j DNAT --to-destination fd00:20::9",
      ],
    ])();
  }
  const own = random.one(nodeAddresses.map(([, a]) => bare(a)).filter((a) => familyOfText(a) === family));
  const masquerade = (): string =>
    hook === "POSTROUTING"
      ? `-j MASQUERADE${random.one(["", "", " --random-fully", proto ? " --to-ports 40000-50000" : ""])}`
      : `-j SNAT --to-source ${own}`;
  return random.weighted<() => string>([
    [6, masquerade],
    [3, () => `-j SNAT --to-source ${end(own, proto && random.chance(0.3) ? "35000-45000" : "")}`],
    [0.5, () => `-j SNAT --to-source ${random.one(serviceAddresses.filter((a) => familyOfText(a) === family))}`],
    [0.5, () => `-j NETMAP --to ${random.one(netmaps[family])}`],
  ])();
}

/** Ranges in which the same host part is somebody's. */
const netmaps = {
  4: ["10.244.1.0/24", "203.0.113.0/24", "172.18.0.0/16"],
  6: ["fd00:18::/64", "fd00:113::/64"],
} as const;
