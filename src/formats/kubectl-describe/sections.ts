import type { Span } from "../../base/span.ts";
import type { Lines } from "../format.ts";

/** One `Key:  value` of kubectl describe, or a bare line (empty key) of a list or table below a key. */
export interface Entry {
  readonly indent: number;
  readonly key: string;
  readonly value: string;
  readonly line: number;
}
/** One described object: from its `Name:` on. */
export interface Described {
  readonly entries: readonly Entry[];
  readonly at: Span;
}

// "Port:                     http  80/TCP"; keys may hold blanks and dashes: "Kube-Proxy Version:"
const pair = /^(\s*)((?:- )?[A-Z][A-Za-z0-9 /-]*?|[a-z][\w.-]*):(?:\s+(.*?))?\s*$/;

export function describedIn(lines: Lines): Described[] {
  const all: { entries: Entry[]; at: Span }[] = [];
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i);
    if (text.trim() === "") continue;
    const [, blanks = "", key = "", value = ""] = pair.exec(text) ?? [];
    const bare = key === "";
    const indent = bare ? text.length - text.trimStart().length : blanks.length;
    if (all.length === 0 || (key === "Name" && indent === 0)) all.push({ entries: [], at: lines.span(i) });
    const open = all[all.length - 1];
    if (!open) continue;
    open.entries.push({ indent, key: key.replace(/^- /, ""), value: bare ? text.trim() : value, line: i });
    open.at = { ...open.at, to: lines.span(i).to };
  }
  return all;
}

/** The value of the first such key at any depth; `<none>` and `<unset>` are none. */
export function textOf(object: Described, key: string): string | undefined {
  const value = object.entries.find((e) => e.key === key)?.value ?? "";
  return value === "" || value.startsWith("<") ? undefined : value;
}

/** Entries below the first `key`, as long as they are indented further. */
export function below(object: Described, key: string): readonly Entry[] {
  const at = object.entries.findIndex((e) => e.key === key);
  const head = object.entries[at];
  if (!head) return [];
  const rest = object.entries.slice(at + 1);
  const end = rest.findIndex((e) => e.indent <= head.indent);
  return end === -1 ? rest : rest.slice(0, end);
}
