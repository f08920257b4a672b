import { builtInChains, isBuiltIn, type TableName } from "../../model/netfilter/hook.ts";
import type { Written, WrittenSet, WrittenTable } from "./cluster.ts";

/** As iptables-save prints it: built-in chains, then the others by name; rules chain by chain. */
export function printTable(name: TableName, table: WrittenTable): string[] {
  const own = [...table.keys()].filter((chain) => !isBuiltIn(name, chain)).sort();
  const chains = [...builtInChains[name], ...own];
  return [
    `*${name}`,
    ...builtInChains[name].map((chain) => `:${chain} ACCEPT [0:0]`),
    ...own.map((chain) => `:${chain} - [0:0]`),
    ...chains.flatMap((chain) => (table.get(chain) ?? []).map((rule) => `-A ${chain}${rule === "" ? "" : ` ${rule}`}`)),
    "COMMIT",
  ];
}

/** All three tables; the mangle table only where it holds something. */
export const printTables = ({ nat, filter, mangle }: Written): string[] => [
  ...(mangle.size > 0 ? printTable("mangle", mangle) : []),
  ...printTable("filter", filter),
  ...printTable("nat", nat),
];

/** As `ipset save` prints them. */
export const printSets = (sets: readonly WrittenSet[]): string[] =>
  sets.flatMap((s) => [`create ${s.name} ${s.type}`, ...s.entries.map((e) => `add ${s.name} ${e}`)]);
