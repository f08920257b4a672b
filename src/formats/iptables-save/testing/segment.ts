import { isPlainLine, sourceText } from "../../../base/source.ts";
import type { Family } from "../../../model/net/ip.ts";
import type { TableName } from "../../../model/netfilter/hook.ts";
import { printRule } from "../../../model/netfilter/print-rule.ts";
import { rulesOf } from "../../../model/netfilter/rule.ts";
import type { Ruleset } from "../../../model/netfilter/ruleset.ts";
import type { Lines, Segment, ShownCommand } from "../../format.ts";
import { iptablesSave } from "../iptables-save.ts";

const encoder = new TextEncoder();

/** A text as one segment of its own; CR before LF is taken off, as the pasted layer does. */
export function segmentOf(text: string, command?: Partial<ShownCommand>, cut = false): Segment {
  const source = sourceText("paste", "paste", text);
  const raw = text.split("\n");
  if (raw[raw.length - 1] === "") raw.pop();
  const starts: number[] = [];
  let at = 0;
  for (const line of raw) {
    starts.push(at);
    at += encoder.encode(line).length + 1;
  }
  const clean = (i: number): string => (raw[i] ?? "").replace(/\r$/, "");
  const lines: Lines = {
    source,
    length: raw.length,
    text: clean,
    plainLine: (i) => (isPlainLine(source, i + 1) ? i + 1 : undefined),
    span(i, from = 0, to = clean(i).length) {
      const byte = (column: number): number => (starts[i] ?? 0) + encoder.encode(clean(i).slice(0, column)).length;
      return { source: "paste", from: byte(from), to: Math.max(byte(to), byte(from) + 1) };
    },
  };
  const shown = command && {
    words: ["iptables-save"],
    filtered: false,
    at: { source: "paste", from: 0, to: 1 },
    ...command,
  };
  return { format: "iptables-save", lines, cut, ...(shown && { command: shown }) };
}

export interface Read {
  readonly rulesets: readonly Ruleset[];
  /** `code@line:column` (both from 1), in order. */
  readonly troubles: readonly string[];
  readonly coverage: string;
  readonly counts: string;
}

export function read(text: string, command?: Partial<ShownCommand>, cut = false): Read {
  const { value, diagnostics } = iptablesSave.parse(segmentOf(text, command, cut));
  const bytes = encoder.encode(text);
  const place = (offset: number): string => {
    const before = new TextDecoder().decode(bytes.subarray(0, offset)).split("\n");
    return `${before.length}:${(before[before.length - 1] ?? "").length + 1}`;
  };
  return {
    rulesets: value.contributions.flatMap((c) => (c.kind === "ruleset" ? [c.ruleset] : [])),
    troubles: diagnostics.map(({ code, at }) => `${code}@${place(at.from)}`),
    coverage: value.coverage,
    counts: value.counts.map(({ n, of }) => `${n} ${of.en}`).join(", "),
  };
}

/** Every rule of a table as iptables-save prints it, chain after chain. */
export const rulesIn = (ruleset: Ruleset | undefined, table: TableName): readonly string[] =>
  [...(ruleset?.tables.get(table)?.chains.values() ?? [])].flatMap((chain) => [...rulesOf(chain.rules)].map(printRule));

/** `4 nat:whole filter:partial`, one for each ruleset, `complete` where it is. */
export const outline = (rulesets: readonly Ruleset[]): readonly string[] =>
  rulesets.map(({ family, tables, complete }: { family: Family; tables: Ruleset["tables"]; complete: boolean }) =>
    [family, ...[...tables.values()].map((t) => `${t.name}:${t.state}`), ...(complete ? ["complete"] : [])].join(" "),
  );
