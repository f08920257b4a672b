import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import { looksLikeIptables } from "../../model/nftables/owner.ts";
import { priorityOf } from "../../model/nftables/priority.ts";
import {
  type NftChain,
  type NftElement,
  type NftRule,
  type NftSet,
  type NftTable,
  nftTableKey,
} from "../../model/nftables/ruleset.ts";
import type { Lines } from "../format.ts";
import { bracketDepth, splitElements } from "./brackets.ts";

export const tableHead = /^\s*table (ip6?|inet|arp|bridge|netdev) ("[^"]+"|\S+) \{/;
export const managedBy = /^\s*# Warning: table (ip6?|arp|bridge) (\S+) is managed by iptables-nft/;
const blockHead =
  /^\s*(chain|set|map|flowtable|counter|quota|limit|synproxy|secmark|ct helper|ct timeout|ct expectation|tunnel) ("[^"]+"|\S+) \{/;
const closing = /^\s*\}\s*(?:#.*)?$/;
const hookLine =
  /^type (\w+) hook (\w+)(?: devices? (?:= )?(\{[^}]*\}|"?[\w.@-]+"?))? priority (-?[\w +-]+?);(?: policy (\w+);)?/;
const commentLine = /^comment "([^"]*)"/;
const ruleTail = /(?: comment "([^"]*)")?(?: # handle (\d+))?\s*$/;

export interface ReadTables {
  readonly tables: readonly NftTable[];
  /** A table's closing bracket is missing. */
  readonly open: boolean;
}

/** Reads tables as `nft list ruleset` prints them. Rules and elements may run over several lines. */
export function readTables(lines: Lines, terse: boolean, diagnostics: Diagnostic[]): ReadTables {
  const tables: NftTable[] = [];
  const managed = new Set<string>();
  let table: TableDraft | undefined;
  let i = 0;
  /** Line `i` and those after it until its brackets are closed, as one text. */
  const statement = (): { text: string; at: Span; from: number } => {
    const from = i;
    let text = lines.text(i).trim();
    let depth = bracketDepth(text);
    while (depth > 0 && i + 1 < lines.length && !tableHead.test(lines.text(i + 1))) {
      i++;
      const more = lines.text(i).trim();
      depth += bracketDepth(more);
      text += ` ${more}`;
    }
    return { text, at: joined(lines.span(from), lines.span(i)), from };
  };
  const block = (kind: string, name: string, into: TableDraft): void => {
    const start = lines.span(i);
    const inner: { text: string; at: Span; from: number }[] = [];
    let end = start;
    for (i++; i < lines.length && !tableHead.test(lines.text(i)); i++) {
      end = lines.span(i);
      if (closing.test(lines.text(i))) break;
      if (lines.text(i).trim() !== "") inner.push(statement());
    }
    const at = joined(start, end);
    if (kind === "chain") into.chains.set(name, chainOf(name, into.family, inner, at));
    else if (kind === "set" || kind === "map") {
      const set = setOf(name, kind, inner, terse, lines, at);
      // without a type its text was cut right here
      if (set.type !== "") into.sets.set(name, set);
    } else into.others.push(`${kind} ${name}`);
  };
  const close = (whole: boolean): void => {
    if (!table) return;
    const { others, ...rest } = table;
    const done = { ...rest, others, whole };
    const ofIptables = managed.has(nftTableKey(table)) || looksLikeIptables(done);
    tables.push(ofIptables ? { ...done, ofIptables: true } : done);
    table = undefined;
  };

  for (; i < lines.length; i++) {
    const text = lines.text(i);
    if (text.trim() === "") continue;
    const [, managedFamily, managedName = ""] = managedBy.exec(text) ?? [];
    if (managedFamily !== undefined) {
      managed.add(`${managedFamily} ${managedName}`);
      continue;
    }
    const head = tableHead.exec(text);
    if (head) {
      close(false);
      table = newTable(head[1] as NftTable["family"], bare(head[2] ?? ""), lines.span(i));
      if (bracketDepth(text) <= 0) close(true); // table ip x { }
      continue;
    }
    const part = blockHead.exec(text);
    // a listing that begins within a table: what it belongs to is not known
    if (!table && (part || closing.test(text))) {
      if (part) block(part[1] ?? "", bare(part[2] ?? ""), newTable("ip", "", lines.span(i)));
      continue;
    }
    if (!table) continue;
    table.at = joined(table.at, lines.span(i));
    if (closing.test(text)) close(true);
    else if (part && bracketDepth(text) > 0) {
      block(part[1] ?? "", bare(part[2] ?? ""), table);
      table.at = joined(table.at, lines.span(Math.min(i, lines.length - 1)));
    } else if (/^\s*flags .*\bdormant\b/.test(text)) table.dormant = true;
    else if (commentLine.test(text.trim())) table.comment = commentLine.exec(text.trim())?.[1] ?? "";
    else if (!/^\s*(?:#|flags )/.test(text))
      diagnostics.push({
        code: "nft-list/not-understood",
        severity: "warning",
        at: lines.span(i),
        message: words("This line is no part of a table that natlens knows.", "该行不是 natlens 认识的表内容。"),
      });
  }
  const open = table !== undefined;
  close(false);
  return { tables, open };
}

interface TableDraft {
  readonly family: NftTable["family"];
  readonly name: string;
  readonly chains: Map<string, NftChain>;
  readonly sets: Map<string, NftSet>;
  readonly others: string[];
  dormant?: true;
  comment?: string;
  at: Span;
}

const newTable = (family: NftTable["family"], name: string, at: Span): TableDraft => ({
  family,
  name,
  chains: new Map(),
  sets: new Map(),
  others: [],
  at,
});

const joined = (a: Span, b: Span): Span => (a.source === b.source && b.to > a.to ? { ...a, to: b.to } : a);
const bare = (name: string): string => name.replace(/^"(.*)"$/, "$1");

interface Statement {
  readonly text: string;
  readonly at: Span;
  readonly from: number;
}

function chainOf(name: string, family: string, inner: readonly Statement[], at: Span): NftChain {
  const rules: NftRule[] = [];
  let hook: NftChain["hook"];
  let comment: string | undefined;
  for (const { text, at: where } of inner) {
    const [, type, point = "", device, priority = "", policy] = hookLine.exec(text) ?? [];
    if (type !== undefined) {
      const number = priorityOf(priority, family);
      hook = {
        type,
        hook: point,
        ...(number === undefined ? {} : { priority: number }),
        ...(device === undefined ? {} : { device: device.replace(/^"(.*)"$/, "$1") }),
        ...(policy === "accept" || policy === "drop" ? { policy } : {}),
      };
    } else if (commentLine.test(text) && rules.length === 0) comment = commentLine.exec(text)?.[1];
    else if (/^policy \w+;/.test(text) && hook) {
      const word = text.split(/[ ;]/)[1];
      if (word === "accept" || word === "drop") hook = { ...hook, policy: word };
    } else if (!text.startsWith("#")) rules.push(ruleOf(text, where));
  }
  return { name, ...(hook ? { hook } : {}), rules, ...(comment === undefined ? {} : { comment }), at };
}

function ruleOf(text: string, at: Span): NftRule {
  const [, comment, handle] = ruleTail.exec(text) ?? [];
  return {
    text: text.replace(/ # handle \d+\s*$/, ""),
    ...(comment === undefined ? {} : { comment }),
    ...(handle === undefined ? {} : { handle: Number(handle) }),
    at,
  };
}

function setOf(
  name: string,
  kind: "set" | "map",
  inner: readonly Statement[],
  terse: boolean,
  lines: Lines,
  at: Span,
): NftSet {
  const flags: string[] = [];
  let elements: readonly NftElement[] = [];
  let type = "";
  let comment: string | undefined;
  for (const { text, from, at: where } of inner) {
    if (/^type(?:of)? /.test(text)) type = text.replace(/^type(?:of)? /, "");
    else if (text.startsWith("flags "))
      flags.push(
        ...text
          .slice(6)
          .split(/[,\s]+/)
          .filter(Boolean),
      );
    else if (commentLine.test(text)) comment = commentLine.exec(text)?.[1];
    else if (text.startsWith("elements =")) elements = splitElements(lines, from, where);
  }
  return {
    name,
    kind,
    type,
    flags,
    elements,
    // packets may have added to a dynamic set since
    whole: !terse && !flags.includes("dynamic"),
    ...(comment === undefined ? {} : { comment }),
    at,
  };
}
