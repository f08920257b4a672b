import { type Document, isNode, type Node, parseAllDocuments } from "yaml";
import type { Diagnostic } from "../base/diagnostic.ts";
import type { Span } from "../base/span.ts";
import { words } from "../base/words.ts";
import type { Lines } from "./format.ts";

/** One YAML or JSON document of a segment with the way back to the pasted text. */
export interface YamlDocument {
  readonly root: Node | null;
  at(path: readonly (string | number)[]): Node | undefined;
  /** Where a node stands, from `first` (its key) on if given. */
  span(node: Node, first?: Node): Span;
}

/** Formats that read YAML. */
export type YamlArea = "kubectl-get" | "kube-proxy-config" | "k3s-config";

/** More text than this is not read: a YAML tree takes some fifty times its text. */
const longest = 8 << 20;

/** Reads the documents of a segment (`---` between them); syntax errors become diagnostics, the rest is kept. */
export function readDocuments(
  lines: Lines,
  area: YamlArea,
): { readonly documents: readonly YamlDocument[]; readonly diagnostics: readonly Diagnostic[] } {
  const starts: number[] = [];
  const texts: string[] = [];
  let length = 0;
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i).replaceAll("\u00a0", " ");
    starts.push(length);
    texts.push(text);
    length += text.length + 1;
    if (length > longest) return { documents: [], diagnostics: [tooLong(lines, area)] };
  }
  const spanAt = (from: number, to: number): Span => spanOf(lines, starts, texts, from, to);
  const diagnostics: Diagnostic[] = [];
  const text = texts.join("\n");
  const deep = tooDeep(text);
  if (deep !== undefined) return { documents: [], diagnostics: [syntax(spanAt(deep, deep + 1), area)] };
  let parsed: readonly Document[];
  try {
    const all = parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false, version: "1.2" });
    parsed = Array.isArray(all) ? all : [];
  } catch {
    // the parser recurses: text nested thousands deep exhausts its stack
    return { documents: [], diagnostics: [syntax(spanAt(0, 1), area)] };
  }
  const documents = parsed.map((document): YamlDocument => {
    const [error] = document.errors;
    if (error) diagnostics.push(syntax(spanAt(error.pos[0], error.pos[1]), area));
    return {
      root: isNode(document.contents) ? document.contents : null,
      at(path) {
        const found = document.hasIn(path) ? document.getIn(path, true) : undefined;
        return isNode(found) ? found : undefined;
      },
      span: (node, first) => spanAt(first?.range?.[0] ?? node.range?.[0] ?? 0, node.range?.[1] ?? 1),
    };
  });
  return { documents, diagnostics };
}

/** Brackets within each other on one line: no object has so many, and the parser recurses as deep as its stack happens to be. */
const deepest = 200;

function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[{}\]\n]/g)) {
    if (bracket === "\n") depth = 0;
    else depth = bracket === "[" || bracket === "{" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > deepest) return index;
  }
  return undefined;
}

function spanOf(lines: Lines, starts: readonly number[], texts: readonly string[], from: number, to: number): Span {
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const mid = (low + high) >> 1;
      if ((starts[mid] ?? 0) <= offset) low = mid;
      else high = mid;
    }
    return low;
  };
  const column = (line: number, offset: number): number =>
    Math.min(offset - (starts[line] ?? 0), texts[line]?.length ?? 0);
  const first = lineOf(from);
  const last = Math.max(first, lineOf(Math.max(from, to - 1)));
  if (first === last)
    return lines.span(first, column(first, from), Math.max(column(first, to), column(first, from) + 1));
  return { ...lines.span(first, column(first, from)), to: lines.span(last, 0, Math.max(1, column(last, to))).to };
}

const tooLong = (lines: Lines, area: YamlArea): Diagnostic => ({
  code: `${area}/too-long`,
  severity: "warning",
  at: lines.span(0),
  message: words("This YAML or JSON is longer than 8 MB and is not read.", "这段 YAML 或 JSON 超过 8 MB，未读取。"),
  advice: words("Paste only the Services and EndpointSlices in question.", "只粘贴相关的 Service 和 EndpointSlice。"),
});

const syntax = (at: Span, area: YamlArea): Diagnostic => ({
  code: `${area}/bad-yaml`,
  severity: "error",
  at,
  message: words("Here the text is no valid YAML or JSON.", "此处不是合法的 YAML 或 JSON。"),
});
