import { words } from "../base/words.ts";
import type { Hook, TableName } from "../model/netfilter/hook.ts";
import type { Table } from "../model/netfilter/ruleset.ts";
import type { Skb } from "./conntrack.ts";
import type { Run } from "./run.ts";
import type { Halt } from "./walk-chain.ts";

/** The packet comes to a table of which nothing was pasted. */
export function tableUnseen(run: Run, skb: Skb, hook: Hook, table: TableName): Halt {
  // Whether a Service is translated is just what the nat table says: nothing can be taken for granted there.
  const passes =
    table !== "nat" &&
    run.assume(`table-unseen:${table}`, {
      answer: true,
      about: words(
        `The ${table} table, which was not pasted, lets the packet pass and changes nothing.`,
        `未粘贴的 ${table} 表放行该报文且不改动它（推定）。`,
      ),
      because: words("No rule of it is known.", "没有它的任何规则可依据。"),
      settledBy: `iptables-save -t ${table}`,
    });
  const says = words(`${table} ${hook}: not in the dumps`, `${table} ${hook}：转储中没有`);
  run.step({ kind: "table-unseen", hook, table }, { packet: skb.packet, changes: [], says });
  if (passes) return null;
  return run.stop(
    "undecidable",
    "table-unseen",
    words(`The ${table} table decides, and it was not pasted.`, `由 ${table} 表决定，但没有粘贴它。`),
    skb.packet,
  );
}

/** The packet comes to a table of which single lines were pasted. */
export function assumePartial(run: Run, table: Table): void {
  run.assume(`table-partial:${table.name}`, {
    answer: true,
    about: words(
      `The pasted lines are all rules of the ${table.name} table, in this order.`,
      `粘贴的各行就是 ${table.name} 表的全部规则，且顺序如此。`,
    ),
    because: words(
      "Chain lines or COMMIT are missing, so lines may be missing too.",
      "缺少链声明行或 COMMIT，因此也可能缺少其他行。",
    ),
    settledBy: `iptables-save -t ${table.name}`,
  });
}

/** A rule leads to a chain that the paste does not have. */
export function chainUnseen(run: Run, skb: Skb, table: Table, chain: string): Halt {
  const passes = run.assume(`chain-unseen:${table.name}/${chain}`, {
    answer: true,
    about: words(
      `Chain ${chain}, whose rules were not pasted, changes nothing.`,
      `链 ${chain} 的规则没有粘贴，推定它不起作用。`,
    ),
    because: words("The dump jumps to it and shows no rule of it.", "转储跳转到它，却没有它的规则。"),
    settledBy: `iptables -t ${table.name} -S ${chain}`,
  });
  if (passes) return null;
  return run.stop(
    "undecidable",
    "chain-unseen",
    words(`Chain ${chain} decides, and it was not pasted.`, `由链 ${chain} 决定，但没有粘贴它。`),
    skb.packet,
  );
}

/** The packet comes to the end of a chain at which the text was cut off. */
export function chainCut(run: Run, skb: Skb, table: Table, chain: string): Halt {
  const passes = run.assume(`chain-cut:${table.name}/${chain}`, {
    answer: true,
    about: words(
      `Chain ${chain} of table ${table.name} has no further rule than those pasted.`,
      `${table.name} 表的链 ${chain} 除已粘贴的规则外没有其他规则。`,
    ),
    because: words("The text ends in the middle of the table.", "文本在这张表的中间截断。"),
    settledBy: `iptables-save -t ${table.name}`,
  });
  if (passes) return null;
  return run.stop(
    "undecidable",
    "chain-cut",
    words(
      `Chain ${chain} decides, and the text ends before its rules do.`,
      `由链 ${chain} 决定，但文本在其规则结束之前就截断了。`,
    ),
    skb.packet,
  );
}
