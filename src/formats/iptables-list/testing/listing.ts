import type { TableName } from "../../../model/netfilter/hook.ts";
import { printRule } from "../../../model/netfilter/print-rule.ts";
import { type Rule, rulesOf } from "../../../model/netfilter/rule.ts";
import type { Table } from "../../../model/netfilter/ruleset.ts";
import type { Reading } from "../../reading.ts";

/** Titles of a listing's columns: of -n, -nv and -nv --line-numbers. */
export const n = "target     prot opt source               destination         ";
export const nv = " pkts bytes target     prot opt in     out     source               destination         ";
export const numbered = "num   pkts bytes target     prot opt in     out     source               destination         ";

/** A listing of one chain, its rows as given. */
export const chain = (header: string, ...rows: readonly string[]): string =>
  [`Chain KUBE-X (1 references)`, header, ...rows, ""].join("\n");

export const tableOf = (reading: Reading, name: TableName, family: 4 | 6 = 4): Table | undefined =>
  reading.snapshot.iptables.get(family)?.tables.get(name);
export const rulesIn = (table: Table | undefined): readonly Rule[] =>
  [...(table?.chains.values() ?? [])].flatMap((of) => [...rulesOf(of.rules)]);
export const printed = (reading: Reading, name: TableName, family: 4 | 6 = 4): readonly string[] =>
  rulesIn(tableOf(reading, name, family)).map(printRule);
