import type { SetEntries, SetEntry } from "../../model/ipset/set.ts";
import type { Lines } from "../format.ts";

/** Words that may stand after an element, and how many values each has (ipset 7.17 lib/args.c, `ipset add` in ipset(8)). */
const extensionValues: Readonly<Record<string, number>> = {
  timeout: 1,
  nomatch: 0,
  packets: 1,
  bytes: 1,
  comment: 1,
  skbmark: 1,
  skbprio: 1,
  skbqueue: 1,
  wildcard: 0,
  before: 1,
  after: 1,
};
/** A list:set has names of sets as elements, and names may hold blanks: it ends where the first extension begins. */
const firstExtension = new RegExp(` (?:${Object.keys(extensionValues).join("|")})(?= |$)`);

/** Where entries of one set stand: line and column of each element, eight bytes for each. */
export interface Places {
  readonly length: number;
  push(line: number, column: number): void;
  remove(text: string, lines: Lines): void;
  clear(): void;
  /** Entries as they are read from the lines. `spaced`: elements may hold blanks. */
  entries(lines: Lines, spaced: boolean): SetEntries;
}

export function newPlaces(): Places {
  let list = new Uint32Array(32);
  let length = 0;
  let byText: Map<string, number> | undefined;
  return {
    get length() {
      return length;
    },
    push(line, column) {
      if (length * 2 === list.length) {
        const longer = new Uint32Array(list.length * 2);
        longer.set(list);
        list = longer;
      }
      list[length * 2] = line;
      list[length * 2 + 1] = column;
      length++;
      byText = undefined;
    },
    remove(text, lines) {
      if (!byText) {
        byText = new Map();
        for (let i = 0; i < length; i++)
          byText.set(entryAt(lines, list[i * 2] ?? 0, list[i * 2 + 1] ?? 0, false).text, i);
      }
      const at = byText.get(text);
      if (at === undefined) return;
      // the last one takes its place
      length--;
      list.copyWithin(at * 2, length * 2, length * 2 + 2);
      byText.delete(text);
      if (at < length) byText.set(entryAt(lines, list[at * 2] ?? 0, list[at * 2 + 1] ?? 0, false).text, at);
    },
    clear() {
      length = 0;
      byText = undefined;
    },
    entries(lines, spaced) {
      const places = list.slice(0, length * 2);
      const at = (i: number): SetEntry | undefined =>
        i < 0 || i >= places.length / 2
          ? undefined
          : entryAt(lines, places[i * 2] ?? 0, places[i * 2 + 1] ?? 0, spaced);
      return {
        length: places.length / 2,
        at,
        *[Symbol.iterator]() {
          for (let i = 0; i < places.length / 2; i++) {
            const entry = at(i);
            if (entry) yield entry;
          }
        },
      };
    },
  };
}

function entryAt(lines: Lines, line: number, column: number, spaced: boolean): SetEntry {
  const { text, extensions } = splitEntry(lines.text(line).slice(column), spaced);
  return { text, extensions, nomatch: isNomatch(extensions), at: lines.span(line) };
}

/** `192.0.2.0/24 timeout 0 nomatch comment "a b"`: the element, and what stands after it. */
export function splitEntry(rest: string, spaced: boolean): { readonly text: string; readonly extensions: string } {
  const entry = rest.trimEnd();
  const cut = spaced ? (firstExtension.exec(entry)?.index ?? -1) : entry.indexOf(" ");
  return cut === -1 ? { text: entry, extensions: "" } : { text: entry.slice(0, cut), extensions: entry.slice(cut + 1) };
}

const isNomatch = (extensions: string): boolean =>
  extensions !== "" && /(?:^| )nomatch(?: |$)/.test(extensions.replace(/"[^"]*"?/g, ""));

/** The first word after an element that no extension of ipset 7 explains. */
export function strangeExtension(extensions: string): string | undefined {
  if (extensions === "") return undefined;
  const words = extensions.match(/"[^"]*"?|\S+/g) ?? [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (/^--?(?:exist|!)$/.test(word)) continue;
    const values = extensionValues[word];
    if (values === undefined || i + values >= words.length) return word;
    i += values;
  }
  return undefined;
}

/** Words of a create line, and how many values each has (ipset 7.17; `gc` and `probes` of older ones). */
const optionValues: Readonly<Record<string, number>> = {
  family: 1,
  hashsize: 1,
  maxelem: 1,
  bucketsize: 1,
  initval: 1,
  timeout: 1,
  netmask: 1,
  bitmask: 1,
  markmask: 1,
  range: 1,
  size: 1,
  probes: 1,
  resize: 1,
  gc: 1,
  from: 1,
  to: 1,
  network: 1,
  counters: 0,
  comment: 0,
  skbinfo: 0,
  forceadd: 0,
  inet: 0,
  inet6: 0,
};

/** The first word of a create line that natlens does not know. */
export function strangeOption(options: string): string | undefined {
  if (options === "") return undefined;
  const words = options.split(/\s+/);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (/^--?(?:exist|!)$/.test(word)) continue;
    const values = optionValues[word.replace(/:$/, "")];
    if (values === undefined) return word;
    i += values;
  }
  return undefined;
}
