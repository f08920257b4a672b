export type Hook = "PREROUTING" | "INPUT" | "FORWARD" | "OUTPUT" | "POSTROUTING";
export type TableName = "raw" | "mangle" | "nat" | "filter" | "security";

/** Built-in chains of each table (kernel 2.6.36 and later, where nat has INPUT). */
export const builtInChains: Readonly<Record<TableName, readonly Hook[]>> = {
  raw: ["PREROUTING", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  security: ["INPUT", "FORWARD", "OUTPUT"],
};

export const isTableName = (text: string): text is TableName => Object.hasOwn(builtInChains, text);
export const isBuiltIn = (table: TableName, chain: string): chain is Hook =>
  (builtInChains[table] as readonly string[]).includes(chain);
