import type { Hook, TableName } from "../../../model/netfilter/hook.ts";
import { familyOfText, ports, serviceAddresses } from "../places.ts";
import type { Random } from "../random.ts";
import { conditions, header, type Spot } from "./conditions.ts";
import type { GeneratedSet } from "./sets.ts";
import { target } from "./targets.ts";

export const baseChains: readonly (readonly [TableName, readonly Hook[]])[] = [
  ["raw", ["PREROUTING", "OUTPUT"]],
  ["mangle", ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]],
  ["nat", ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"]],
  ["filter", ["INPUT", "FORWARD", "OUTPUT"]],
  ["security", ["INPUT", "FORWARD", "OUTPUT"]],
];

/** Hooks that one user chain may be reached from. */
const togetherIn = (random: Random, table: TableName): readonly Hook[] =>
  table === "nat"
    ? random.one<readonly Hook[]>([["PREROUTING", "OUTPUT"], ["POSTROUTING"], ["INPUT"]])
    : random.chance(0.5)
      ? (baseChains.find(([name]) => name === table)?.[1] ?? [])
      : [random.one(baseChains.find(([name]) => name === table)?.[1] ?? ["INPUT"])];

interface UserChain {
  readonly name: string;
  readonly hooks: readonly Hook[];
}

/** What iptables-restore is given: all four tables, some of them empty. */
export function generateTables(random: Random, family: 4 | 6, sets: readonly GeneratedSet[]): string {
  return baseChains.map(([table, hooks]) => generateTable(random, { family, table, hooks, sets })).join("");
}

function generateTable(random: Random, all: Spot): string {
  const { table } = all;
  if (table !== "nat" && random.chance(table === "security" ? 0.8 : 0.3)) return `*${table}\nCOMMIT\n`;
  const chains = Array.from(
    { length: random.below(4) },
    (_, i): UserChain => ({ name: `${random.one(["A", "KUBE-B", "cali-c"])}-${i}`, hooks: togetherIn(random, table) }),
  );
  const policy = (): string => (table !== "nat" && random.chance(table === "filter" ? 0.06 : 0.01) ? "DROP" : "ACCEPT");
  const rules = [
    ...all.hooks.flatMap((hook) => {
      const spot = { ...all, hooks: [hook] };
      return rulesFor(random, spot, hook, chains, random.below(table === "nat" ? 6 : 4));
    }),
    ...chains.flatMap(({ name, hooks }, i) =>
      rulesFor(random, { ...all, hooks }, name, chains.slice(i + 1), random.below(4)),
    ),
  ];
  return [
    `*${table}`,
    ...all.hooks.map((hook) => `:${hook} ${policy()} [0:0]`),
    ...chains.map(({ name }) => `:${name} - [0:0]`),
    ...rules,
    "COMMIT\n",
  ].join("\n");
}

function rulesFor(random: Random, spot: Spot, chain: string, further: readonly UserChain[], count: number): string[] {
  const rules = Array.from({ length: count }, () => `-A ${chain} ${ruleText(random, spot, further)}`);
  if (spot.table === "nat" && chain === spot.hooks[0] && (chain === "PREROUTING" || chain === "OUTPUT"))
    rules.unshift(...services(random, spot, chain));
  return rules.map((rule) => rule.replace(/ +/g, " ").trimEnd());
}

function ruleText(random: Random, spot: Spot, further: readonly UserChain[]): string {
  const proto = random.weighted<"tcp" | "udp" | undefined>([
    [3, "tcp"],
    [2, "udp"],
    [5, undefined],
  ]);
  const chains = further.filter((chain) => spot.hooks.every((hook) => chain.hooks.includes(hook)));
  const goes =
    chains.length > 0 && random.chance(0.35)
      ? `${random.chance(0.25) ? "-g" : "-j"} ${random.one(chains).name}`
      : target(random, spot, proto);
  return [...header(random, spot, proto), ...conditions(random, spot, proto), goes].join(" ");
}

/** What makes some of the Services' addresses work. */
function services(random: Random, spot: Spot, chain: string): string[] {
  return random
    .some(serviceAddresses, 0.6)
    .filter((address) => familyOfText(address) === spot.family)
    .map((address) => {
      const proto = random.one(["tcp", "udp"] as const);
      const asked = random.chance(0.5) ? ` -m ${proto} --dport ${random.one(ports)}` : "";
      return `-A ${chain} -d ${address} -p ${proto}${asked} ${target(random, spot, proto)}`;
    });
}
