import { familyOfText, moreNodeAddresses } from "../places.ts";
import type { Random } from "../random.ts";
import type { NodeSetup } from "../scenario.ts";

const gateways = {
  4: ["via 172.18.0.5 dev eth0", "via 172.18.0.6 dev eth0", "via 10.20.0.9 dev eth1", "via 10.20.0.10 dev eth1"],
  6: ["via fd00:18::5 dev eth0", "via fd00:18::6 dev eth0", "via fd00:20::9 dev eth1", "via fd00:20::10 dev eth1"],
};
const destinations = {
  4: ["10.96.0.0/16", "10.96.0.20", "203.0.113.0/24", "198.51.100.9", "172.18.0.6", "10.20.0.10", "default"],
  // not to a gateway itself: IPv6 then refuses routes by it
  6: ["fd00:96::/64", "fd00:96::20", "fd00:113::/64", "fd00:198::9", "default"],
};
const sources = { 4: ["172.18.0.2", "10.20.0.2", "10.244.1.1"], 6: ["fd00:18::2", "fd00:20::2", "fd00:244:1::1"] };

/** Addresses, routes, rules and sysctls beyond what every scenario has. */
export function generateRouting(random: Random): Pick<NodeSetup, "addresses" | "commands" | "sysctls"> {
  const addresses = random.some(moreNodeAddresses, 0.4);
  const commands = ([4, 6] as const).flatMap((family) => {
    const prefix = family === 6 ? "-6 " : "";
    return [...routes(random, family), ...rules(random, family)].map((command) => `${prefix}${command}`);
  });
  return { addresses, commands, sysctls: sysctls(random) };
}

function routes(random: Random, family: 4 | 6): string[] {
  const to = (): string => random.one(destinations[family]);
  const source = (): string => (random.chance(0.3) ? ` src ${random.one(sources[family])}` : "");
  const inTable = (table: string): string => {
    const end = table === "main" ? "" : ` table ${table}`;
    const metric = table === "main" ? ` metric ${random.one([5, 50, 2000])}` : "";
    return random.weighted<() => string>([
      [6, () => `route replace ${to()} ${random.one(gateways[family])}${source()}${metric}${end}`],
      [
        1,
        () =>
          `route replace ${to()}${source()}${metric}${end} nexthop ${gateways[family][0]} nexthop ${gateways[family][2]}`,
      ],
      [1, () => `route replace ${random.one(["blackhole", "unreachable", "prohibit"])} ${to()}${metric}${end}`],
      [table === "main" ? 0 : 1, () => `route replace throw ${to()}${end}`],
    ])();
  };
  return [
    ...Array.from({ length: random.below(3) }, () => inTable("main")),
    ...(random.chance(0.5) ? Array.from({ length: 1 + random.below(3) }, () => inTable("100")) : []),
    ...(random.chance(0.2) ? Array.from({ length: 1 + random.below(2) }, () => inTable("101")) : []),
  ];
}

function rules(random: Random, family: 4 | 6): string[] {
  const nets = {
    4: ["10.244.0.0/16", "172.18.0.2", "10.96.0.0/16"],
    6: ["fd00:244::/32", "fd00:18::2", "fd00:96::/64"],
  };
  const condition = (): string =>
    random.weighted<() => string>([
      [4, () => `fwmark ${random.one(["0x1", "0x4000/0x4000", "0x2/0xff", "0x10/0x10"])}`],
      [1, () => `from ${random.one(nets[family])}`],
      [1, () => `to ${random.one(nets[family])}`],
      [1, () => `iif ${random.one(["lo", "cni0", "eth0"])}`],
      [0.5, () => `tos 0x10`],
      [0.5, () => `sport 32768-60999`],
      [1, () => `ipproto ${random.one(["tcp", "udp"])}`],
      [1, () => `dport ${random.one(["80", "443", "8000-9000"])}`],
    ])();
  const action = (): string =>
    random.weighted<() => string>([
      [8, () => `table ${random.one(["100", "101", "main"])}`],
      [1, () => `table main suppress_prefixlength ${random.one([0, 16])}`],
      [0.5, () => random.one(["blackhole", "unreachable", "prohibit"])],
    ])();
  return Array.from({ length: random.chance(0.5) ? 1 + random.below(2) : 0 }, (_, i) => {
    const negated = random.chance(0.1) ? "not " : "";
    return `rule add pref ${100 + i * 10 + random.below(5)} ${negated}${condition()} ${action()}`;
  });
}

function sysctls(random: Random): Record<string, string> {
  const chosen: Record<string, string> = {};
  const maybe = (probability: number, key: string, values: readonly string[]): void => {
    if (random.chance(probability)) chosen[key] = random.one(values);
  };
  maybe(0.06, "net.ipv4.ip_forward", ["0"]);
  maybe(0.06, "net.ipv6.conf.all.forwarding", ["0"]);
  maybe(0.15, "net.bridge.bridge-nf-call-iptables", ["0"]);
  maybe(0.15, "net.bridge.bridge-nf-call-ip6tables", ["0"]);
  for (const dev of ["all", "eth0", "eth1", "cni0", "cali0a1b2c3d4e5"]) {
    maybe(0.15, `net.ipv4.conf.${dev}.rp_filter`, ["1", "2"]);
    maybe(0.1, `net.ipv4.conf.${dev}.route_localnet`, ["1"]);
    maybe(0.1, `net.ipv4.conf.${dev}.accept_local`, ["1"]);
    maybe(0.1, `net.ipv4.conf.${dev}.src_valid_mark`, ["1"]);
  }
  return chosen;
}

export const heldBy = (setup: Pick<NodeSetup, "addresses">, family: 4 | 6): string[] =>
  setup.addresses.map(([, address]) => address.replace(/\/\d+$/, "")).filter((a) => familyOfText(a) === family);
