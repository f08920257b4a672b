import type { Diagnostic } from "../../base/diagnostic.ts";
import { type Words, words } from "../../base/words.ts";
import { carriesServices, nftOwner } from "../../model/nftables/owner.ts";
import { type NftTable, nftTableKey } from "../../model/nftables/ruleset.ts";
import { counted } from "../counted.ts";
import type { Contribution, Format, Lines, ShownCommand } from "../format.ts";
import { stretches } from "../stretch.ts";
import { jsonText, readJson } from "./read-json.ts";
import { managedBy, readTables, tableHead } from "./read-text.ts";

/**
 * `nft list ruleset` (nft 0.9 to 1.1), with -a, -s, -t, -n, -y or -j: tables are kept and not evaluated.
 *   # Warning: table ip nat is managed by iptables-nft, do not touch!
 *   table ip nat {
 *   ⇥chain PREROUTING {
 *   ⇥⇥type nat hook prerouting priority dstnat; policy accept;
 *   {"nftables": [{"metainfo": {"version": "1.0.6", …}}, {"table": {"family": "ip", "name": "nat", "handle": 1}}, …
 * Of tables that iptables-nft manages nft prints xt matches without their arguments and drops negations: only
 * iptables-save shows them faithfully. `table ip kube-proxy` is kube-proxy's nftables mode (1.29+).
 */
const block = /^\s+(?:chain|set|map|flowtable|counter|limit|quota|synproxy|secmark|ct \w+) \S+ \{/;
const flatBlock = /^(?:chain|set|map) \S+ \{\s*(?:#.*)?$/;
const json = /^\s*\{?\s*"nftables": ?\[/;

export const nftList: Format = {
  id: "nft-list",
  title: words("nft list ruleset", "nft list ruleset"),
  sniff(line, inside) {
    if (tableHead.test(line) || managedBy.test(line) || json.test(line)) return "strong";
    if (!inside) return block.test(line) ? "weak" : undefined;
    if (line.startsWith("\t") || line === "}" || block.test(line) || flatBlock.test(line)) return "strong";
    return /^\s+\S/.test(line) || /^\s*[\]}]+\s*$/.test(line) ? "weak" : undefined;
  },
  printedBy: (command) => command[0] === "nft" && !command.includes("monitor"),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const terse = command?.words.some((w) => /^(?:-[a-z]*t[a-z]*|--terse)$/.test(w)) ?? false;
    const tables: NftTable[] = [];
    let complete = !cut && !command?.filtered;
    for (const part of stretches(lines, begins)) {
      const asJson = part.kind === "json";
      const read = asJson ? fromJson(part.lines, diagnostics) : readTables(part.lines, terse, diagnostics);
      tables.push(...read.tables);
      complete &&= !read.open;
      if (read.open && !asJson) diagnostics.push(cutOff(part.lines));
    }
    const contributions: Contribution[] = [];
    if (tables.length > 0) contributions.push({ kind: "nftables", tables });
    const carrier = tables.find(carriesServices);
    if (carrier) contributions.push({ kind: "dataplane", name: "kube-proxy's nftables mode", at: carrier.at });
    diagnostics.push(...remarks(tables));
    const rules = tables.flatMap((t) => [...t.chains.values()]).reduce((sum, c) => sum + c.rules.length, 0);
    const elements = tables.flatMap((t) => [...t.sets.values()]).reduce((sum, s) => sum + s.elements.length, 0);
    return {
      value: {
        contributions: contributions.length > 0 ? contributions : [{ kind: "nothing" }],
        coverage: complete && listsAll(command) ? "whole" : "partial",
        counts: [
          counted(tables.length, "table", "tables", "张表"),
          counted(rules, "rule", "rules", "条规则"),
          ...(elements > 0 ? [counted(elements, "set element", "set elements", "个集合元素")] : []),
        ],
      },
      diagnostics,
    };
  },
};

/** JSON beside text, as of two runs of nft one after the other. */
const begins = (text: string, open: "json" | "text" | undefined): "json" | "text" | undefined =>
  json.test(text) ? "json" : open === "json" && (tableHead.test(text) || managedBy.test(text)) ? "text" : undefined;

/** `nft list ruleset`, of all families. */
const listsAll = (command: ShownCommand | undefined): boolean =>
  command !== undefined && command.words[command.words.length - 1] === "ruleset";

function fromJson(
  lines: Lines,
  diagnostics: Diagnostic[],
): { readonly tables: readonly NftTable[]; readonly open: boolean } {
  const text = jsonText(lines);
  const at = lines.span(0);
  if (text === undefined) {
    diagnostics.push({
      code: "nft-list/too-long",
      severity: "warning",
      at,
      message: words("This JSON is longer than 8 MB and is not read.", "这段 JSON 超过 8 MB，未读取。"),
      advice: words("Paste nft list ruleset without -j.", "粘贴不带 -j 的 nft list ruleset 输出。"),
    });
    return { tables: [], open: true };
  }
  const tables = readJson(text, { ...at, to: lines.span(lines.length - 1).to });
  if (!tables)
    diagnostics.push({
      code: "nft-list/bad-json",
      severity: "error",
      at,
      message: words("This is no complete JSON of nft.", "这不是完整的 nft JSON。"),
      advice: words("Paste nft list ruleset without -j.", "粘贴不带 -j 的 nft list ruleset 输出。"),
    });
  return { tables: tables ?? [], open: tables === undefined };
}

const cutOff = (lines: Lines): Diagnostic => ({
  code: "nft-list/cut-off",
  severity: "warning",
  at: lines.span(lines.length - 1),
  message: words("The text ends within a table.", "文本在表的中间结束。"),
});

function* remarks(tables: readonly NftTable[]): Generator<Diagnostic> {
  const [iptables] = tables.filter((t) => t.ofIptables);
  if (iptables)
    yield {
      code: "nft-list/iptables-nft",
      severity: "warning",
      at: iptables.at,
      message: words(
        "nft does not print tables of iptables-nft faithfully: set names and negations are missing. They are not used.",
        "nft 打印 iptables-nft 的表时会丢失集合名和取反，不可信，因此未使用。",
      ),
      advice: words("Paste iptables-save.", "粘贴 iptables-save 的输出。"),
    };
  const own = tables.filter((t) => !t.ofIptables);
  const [first] = own;
  if (!first) return;
  const named = own.slice(0, 5).map(nameOf);
  const more = own.length > 5 ? words(" and more", " 等") : words("", "");
  yield {
    code: "nft-list/not-modelled",
    severity: "warning",
    at: first.at,
    message: words(
      `nftables rules are kept and not modelled: ${named.map((n) => n.en).join(", ")}${more.en}. They may drop or change packets.`,
      `已保留但尚未建模 nftables 规则：${named.map((n) => n["zh-CN"]).join("、")}${more["zh-CN"]}。它们可能丢弃或修改报文。`,
    ),
  };
}

function nameOf(table: NftTable): Words {
  const owner = nftOwner(table);
  const key = table.name === "" ? "?" : nftTableKey(table);
  return owner === undefined || owner === table.name
    ? words(key, key)
    : words(`${key} (${owner})`, `${key}（${owner}）`);
}
