import type { Lines } from "../format.ts";
import { stretch } from "../stretch.ts";

/** Shorter text is read in one go. */
const long = 1 << 18;

/**
 * A long list as kubectl prints it, item by item: a tree of YAML takes some fifty times its text, so it is not made of all
 * objects of a cluster at once. Other text, and what stands around the items, is one part each.
 *   items:                         "items": [
 *   - apiVersion: v1                   {
 *     kind: Service                        "apiVersion": "v1",
 *   kind: List                         },
 * kubectl indents JSON by four blanks, jq by two: by as many as the first line within the outermost braces.
 */
export function* listParts(lines: Lines): Generator<Lines> {
  if (!isLong(lines)) {
    yield lines;
    return;
  }
  let from = 0;
  let items: "yaml" | "json" | undefined;
  let json = jsonLines("    ");
  let opened = false;
  /** Lines [from, to) hold an item, or stand outside of any. */
  let inItem = false;
  let any = false;
  const part = (to: number): Lines | undefined => {
    const found = to > from ? slice(lines, from, to) : undefined;
    return found && (inItem || holdsObject(found)) ? found : undefined;
  };
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i);
    if (opened) json = jsonLines(/^ +/.exec(text)?.[0] ?? "    ");
    opened = /^\{\s*$/.test(text);
    const starts = items === "yaml" ? text.startsWith("- ") : items === "json" ? json.item.test(text) : false;
    const ends = inItem && items === "yaml" && /^\S/.test(text) && !starts;
    if (starts || ends) {
      const done = part(i);
      if (done) {
        any = true;
        yield done;
      }
      from = i;
      inItem = starts;
      if (ends) items = undefined;
    } else if (inItem && items === "json" && json.itemEnd.test(text)) {
      const done = part(i + 1);
      if (done) {
        any = true;
        yield done;
      }
      from = i + 1;
      inItem = false;
    }
    if (/^---\s*$/.test(text)) {
      const done = part(i);
      if (done) {
        any = true;
        yield done;
      }
      from = i + 1;
      inItem = false;
      items = undefined;
    }
    if (/^items:\s*$/.test(text)) items = "yaml";
    else if (json.items.test(text) && haveKinds(lines, i + 1, json)) items = "json";
    else if (json.itemsEnd.test(text)) items = undefined;
  }
  const last = part(lines.length);
  if (last) yield last;
  // no object at all: the whole is read, so that it is said
  else if (!any) yield lines;
}

type JsonLines = Readonly<Record<"items" | "item" | "kind" | "itemEnd" | "itemsEnd", RegExp>>;

/** Lines around the items of a list in JSON that is indented so. */
const jsonLines = (indent: string): JsonLines => ({
  items: new RegExp(`^${indent}"items": \\[\\s*$`),
  item: new RegExp(`^${indent}${indent}\\{\\s*$`),
  kind: new RegExp(`^${indent}${indent}${indent}"kind": `),
  itemEnd: new RegExp(`^${indent}${indent}\\},?\\s*$`),
  itemsEnd: new RegExp(`^${indent}\\],?\\s*$`),
});

/** The first item, which begins on line `from`, says its own kind. In raw answers of the API the list says it for all of them. */
function haveKinds(lines: Lines, from: number, { items, kind, itemEnd }: JsonLines): boolean {
  for (let i = from; i < lines.length; i++) {
    const text = lines.text(i);
    if (kind.test(text)) return true;
    if (itemEnd.test(text) || items.test(text)) return false;
  }
  return false;
}

function isLong(lines: Lines): boolean {
  let length = 0;
  for (let i = 0; i < lines.length; i++) {
    length += lines.text(i).length + 1;
    if (length > long) return true;
  }
  return false;
}

/** The head and the tail of a list hold none: `kind: List` and its metadata. */
function holdsObject(lines: Lines): boolean {
  for (let i = 0; i < lines.length; i++) if (/^\s*"?kind"?: "?(?!\w*List\b)[A-Z]/.test(lines.text(i))) return true;
  return false;
}

/** Lines [from, to); the comma behind an item of JSON is no part of it. */
const slice = (lines: Lines, from: number, to: number): Lines =>
  stretch(lines, from, to, (i) => (i === to - 1 ? lines.text(i).replace(/^( +\}),\s*$/, "$1") : lines.text(i)));
