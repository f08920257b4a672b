import { baseChains } from "./generate/tables.ts";
import { type Network, onBridge, serviceRoutes } from "./network.ts";
import { bare, bridge, familyOfText, holder, nodeAddresses, type Peer, peerNamed, peers, ports } from "./places.ts";
import type { NodeSetup } from "./scenario.ts";

/** What the node's commands print, by file name. */
export type Dumps = ReadonlyMap<string, string>;

const devices = ["lo", "eth0", "eth1", bridge.dev, holder, peerNamed("podc").dev];
const perDevice = ["lo", "eth0", "eth1", bridge.dev, "vetha", "vethb", holder, peerNamed("podc").dev, "all", "default"];

/** Every sysctl that a scenario may change, as it is where none does. */
export const usualSysctls: Readonly<Record<string, string>> = {
  "net.ipv4.ip_forward": "1",
  "net.ipv6.conf.all.forwarding": "1",
  "net.bridge.bridge-nf-call-iptables": "1",
  "net.bridge.bridge-nf-call-ip6tables": "1",
  ...Object.fromEntries(
    perDevice.flatMap((dev) =>
      ["rp_filter", "route_localnet", "accept_local", "src_valid_mark"].map((key) => [
        `net.ipv4.conf.${dev}.${key}`,
        "0",
      ]),
    ),
  ),
};

const tables = ["main", "100", "101", "102"];

/** Makes the node what the scenario says, whatever it was before. A string: why its tools refused. */
export async function setUp(network: Network, setup: NodeSetup): Promise<string | undefined> {
  const { node } = network;
  for (const backend of ["legacy", "nft"])
    for (const tables of ["iptables", "ip6tables"]) await node.run(`${tables}-${backend}-restore`, [], noRules);
  await node.run("ipset", ["flush"]); // a set within a list is in use
  await node.run("ipset", ["destroy"]);
  await node.write({ ...usualSysctls, ...setup.sysctls });
  for (const family of [4, 6] as const) {
    // ip's -force goes on behind a line that fails: a table that is not there cannot be flushed
    await node.try("ip", [`-${family}`, "-force", "-batch", "-"], resetCommands().join("\n"));
    await node.run("ip", [`-${family}`, "-batch", "-"], baseCommands(family, setup).join("\n"));
    const own = setup.commands.filter((c) => c.startsWith("-6 ") === (family === 6)).map((c) => c.replace(/^-6 /, ""));
    const { ok, err } = await node.try("ip", [`-${family}`, "-batch", "-"], own.join("\n"));
    if (!ok) return `ip -${family}: ${err.trim()}\n${own.join("\n")}`;
    await network
      .at("client")
      .try("ip", [
        `-${family}`,
        ...["route", setup.routesServices ? "replace" : "delete", serviceRoutes[family]],
        ...["via", peerNamed("client").gateways.find((a) => familyOfText(a) === family) ?? ""],
      ]);
  }
  for (const peer of onBridge)
    await node.run("bridge", [
      "link",
      "set",
      "dev",
      peer.dev,
      "hairpin",
      setup.hairpin.includes(peer.dev) ? "on" : "off",
    ]);
  for (const [tool, input] of [
    ["ipset restore", setup.ipset],
    [`iptables-${setup.backend}-restore`, setup.iptables],
    [`ip6tables-${setup.backend}-restore`, setup.ip6tables],
  ] as const) {
    const [name = "", ...args] = tool.split(" ");
    const { ok, err } = await node.try(name, args, input);
    if (!ok) return `${tool}: ${err.trim()}\n${input}`;
  }
  await node.run("conntrack", ["-F"]);
  await node.serve(["127.0.0.1", "127.0.0.5", "::1", ...addressesOf(setup).map(([, a]) => bare(a))], ports);
  return undefined;
}

const addressesOf = (setup: NodeSetup): NodeSetup["addresses"] => [...nodeAddresses, ...setup.addresses];

/** Policies are set, too: a table without chain lines would keep the ones it has. */
const noRules = baseChains
  .map(
    ([table, hooks]) => `*${table}
${hooks
  .map(
    (hook) => `:${hook} ACCEPT [0:0]
`,
  )
  .join("")}COMMIT
`,
  )
  .join("");

function resetCommands(): string[] {
  return [
    ...devices.map((dev) => `addr flush dev ${dev} scope global`),
    ...tables.map((table) => `route flush table ${table}`),
    "rule flush",
  ];
}

function baseCommands(family: 4 | 6, setup: NodeSetup): string[] {
  const of = <T extends string>(address: T): boolean => familyOfText(address) === family;
  const neighbours = (peer: Peer): string[] => {
    const dev = onBridge.includes(peer) ? bridge.dev : peer.dev;
    return peer.addresses.filter(of).map((a) => `neigh replace ${a} lladdr ${peer.mac} dev ${dev} nud permanent`);
  };
  const [client, server, podc] = (["client", "server", "podc"] as const).map((name) =>
    peerNamed(name).addresses.find(of),
  );
  return [
    "rule add pref 32766 table main",
    ...(family === 4 ? ["rule add pref 32767 table default"] : []),
    ...addressesOf(setup)
      .filter(([, address]) => of(address))
      .map(([dev, address]) => `addr add ${address} dev ${dev}${family === 6 ? " nodad" : ""}`),
    ...peers.flatMap(neighbours),
    `route add default via ${client} dev eth0`,
    `route add ${family === 4 ? "198.51.100.0/24" : "fd00:198::/64"} via ${server} dev eth1`,
    `route add ${podc} dev ${peerNamed("podc").dev}`,
  ];
}

const dumpCommands: readonly (readonly [file: string, command: string])[] = [
  ["iptables-save", "iptables-BACKEND-save"],
  ["ip6tables-save", "ip6tables-BACKEND-save"],
  ["ipset-save", "ipset save"],
  ["ip-addr", "ip -d addr"],
  ["ip-rule", "ip rule"],
  ["ip-6-rule", "ip -6 rule"],
  ["ip-route", "ip route show table all"],
  ["ip-6-route", "ip -6 route show table all"],
  ["sysctl", "sysctl -a --pattern ^net.(ipv4|ipv6|bridge|netfilter)"],
];

/** Saves the dumps as a user would, the command above each. */
export async function saveDumps(network: Network, { backend }: NodeSetup): Promise<Dumps> {
  const dumps = new Map<string, string>();
  for (const [file, command] of dumpCommands) {
    const [name = "", ...args] = command.replace("BACKEND", backend).split(" ");
    dumps.set(file, `$ ${command.replace("-BACKEND", "")}\n${await network.node.run(name, args)}`);
  }
  return dumps;
}

/** What the peers behind eth0 and eth1 route where. */
export async function saveRouters(network: Network): Promise<Readonly<Record<"eth0" | "eth1", string>>> {
  const [eth0, eth1] = await Promise.all(
    (["client", "server"] as const).map(async (name) => {
      const place = network.at(name);
      return `$ ip route show table all\n${await place.run("ip", ["route", "show", "table", "all"])}$ ip -6 route show table all\n${await place.run("ip", ["-6", "route", "show", "table", "all"])}`;
    }),
  );
  return { eth0: eth0 ?? "", eth1: eth1 ?? "" };
}
