import type { TableName } from "../../model/netfilter/hook.ts";
import type { ShownCommand } from "../format.ts";
import type { Block } from "./block.ts";

export interface InferredTable {
  readonly table: TableName;
  /** command: the prompt says so; rules: what the rules are; default: iptables' own default, without evidence. */
  readonly by: "command" | "rules" | "default";
}

/** Targets that the kernel allows in one table only. */
const targetTables: ReadonlyMap<string, TableName> = new Map([
  ...["DNAT", "SNAT", "MASQUERADE", "REDIRECT", "NETMAP"].map((name) => [name, "nat"] as const),
  ["REJECT", "filter"],
  ...["CT", "NOTRACK", "TRACE"].map((name) => [name, "raw"] as const),
  ...["TPROXY", "TTL", "HL", "DSCP", "TOS", "CLASSIFY", "CHECKSUM", "TCPMSS", "ECN"].map(
    (name) => [name, "mangle"] as const,
  ),
]);
/** Chains that kube-proxy, kubelet and Docker make in one table only, or jump to there. */
const wellKnown: readonly (readonly [TableName, RegExp])[] = [
  [
    "nat",
    /^KUBE-(?:SVC|SEP|SVL|XLB|EXT|FW)-|^KUBE-(?:MARK-MASQ|MARK-DROP|POSTROUTING|NODE-PORT|LOAD-BALANCER|NODEPORTS)$|^FLANNEL-POSTRTG$|^CNI-/,
  ],
  [
    "filter",
    /^KUBE-(?:FORWARD|EXTERNAL-SERVICES|PROXY-FIREWALL|IPVS-FILTER|IPVS-OUT-FILTER)$|^DOCKER-(?:USER|ISOLATION)|^FLANNEL-FWD$/,
  ],
];

/** Which table rules without a `*table` line are of. */
export function inferTable(
  block: Block,
  command: ShownCommand | undefined,
  text: (line: number) => string,
): InferredTable {
  const said = tableOfCommand(command);
  if (said) return { table: said, by: "command" };
  for (const line of block.ruleLines) {
    const table = targetTables.get(block.reader.targetOf(text(line)) ?? "");
    if (table) return { table, by: "rules" };
  }
  const known = knownChains(block, text) ?? byBuiltIns(block);
  return known ? { table: known, by: "rules" } : { table: "filter", by: "default" };
}

/** `-t nat` of the shown command; iptables -S and -L without it print filter. */
export function tableOfCommand(command: ShownCommand | undefined): TableName | undefined {
  if (!command) return undefined;
  const { words } = command;
  const at = words.findIndex((word) => word === "-t" || word === "--table");
  const name =
    at === -1 ? words.find((word) => /^-t.+|^--table=/.test(word))?.replace(/^-t|^--table=/, "") : words[at + 1];
  switch (name) {
    case "filter":
    case "nat":
    case "mangle":
    case "raw":
    case "security":
      return name;
    default:
      return words.some((word) => /^(?:-[a-zA-Z]*[SL]|--list(?:-rules)?$)/.test(word)) ? "filter" : undefined;
  }
}

function knownChains(block: Block, text: (line: number) => string): TableName | undefined {
  for (const name of block.chains.keys()) {
    const found = wellKnown.find(([, pattern]) => pattern.test(name));
    if (found) return found[0];
  }
  for (const line of block.ruleLines) {
    const jump = block.reader.targetOf(text(line)) ?? "";
    const found = wellKnown.find(([, pattern]) => pattern.test(jump));
    if (found) return found[0];
  }
  return undefined;
}

function byBuiltIns(block: Block): TableName | undefined {
  const has = (name: string): boolean => block.chains.has(name);
  if (has("FORWARD")) return has("PREROUTING") || has("POSTROUTING") ? "mangle" : "filter";
  if (has("POSTROUTING")) return "nat";
  if (has("PREROUTING")) return block.listing && has("OUTPUT") && !has("INPUT") ? "raw" : "nat";
  return has("INPUT") ? "filter" : undefined;
}
