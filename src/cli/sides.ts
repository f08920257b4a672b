import { analyse } from "../analysis/analyse.ts";
import type { ReadText, Session } from "../analysis/session.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import { lineText } from "../base/source.ts";
import { positionOf, type Span } from "../base/span.ts";
import { type Language, type Words, words } from "../base/words.ts";
import type { SideName } from "../diagnose/finding.ts";
import { type Address, fieldKey, isSymbolic, type Port } from "../model/net/symbolic.ts";
import type { Flow } from "../simulate/flow.ts";
import { type Console, type Unreadable, UnreadableFiles, Usage } from "./command.ts";
import { diagnosticJson, diagnosticText, filesOf } from "./inputs.ts";

/** `--healthy A B --broken C --json`: names after an option belong to it until the next option. */
export interface SideArguments {
  readonly healthy: readonly string[];
  readonly broken: readonly string[];
  readonly json: boolean;
}

export function sideArguments(args: readonly string[]): SideArguments {
  const lists: Record<SideName, string[]> = { healthy: [], broken: [] };
  let current: SideName | undefined;
  let json = false;
  for (const arg of args) {
    const option = /^--(healthy|broken)(?:=(.*))?$/.exec(arg);
    if (option) {
      current = option[1] as SideName;
      if (option[2]) lists[current].push(option[2]);
    } else if (arg === "--json") json = true;
    else if (arg.startsWith("--")) throw new Usage(`unknown option: ${arg}`);
    else if (current) lists[current].push(arg);
    else throw new Usage(`which side is ${arg} of? Put --healthy or --broken before it`);
  }
  return { ...lists, json };
}

/** Reads the files of both sides. Throws `UnreadableFiles`, with all of them, where there are any. */
export function readSides(
  console: Console,
  sides: Readonly<Partial<Record<SideName, readonly string[]>>>,
): readonly (ReadText & { readonly content: Uint8Array })[] {
  const texts: (ReadText & { readonly content: Uint8Array })[] = [];
  const unreadable: Unreadable[] = [];
  for (const side of ["healthy", "broken"] as const) {
    const read = filesOf(console, sides[side] ?? []);
    unreadable.push(...read.unreadable);
    for (const { name, content } of read.files)
      texts.push({ side, name, content, asPasted: console.asPasted === true });
  }
  if (unreadable.length > 0) throw new UnreadableFiles(unreadable);
  return texts;
}

/** Reads the files of both sides and analyses them. */
export function analyseFiles(
  console: Console,
  sides: Readonly<Partial<Record<SideName, readonly string[]>>>,
  flow?: Flow,
): Session {
  return analyse(readSides(console, sides), flow);
}

/** Every source and every diagnostic of a session. */
export function readingsOf(session: Session): {
  sources: ReadonlyMap<string, SourceText>;
  diagnostics: readonly Diagnostic[];
} {
  const sources = new Map<string, SourceText>();
  const diagnostics: Diagnostic[] = [];
  for (const side of ["healthy", "broken"] as const) {
    const reading = session.readings[side];
    if (!reading) continue;
    for (const [id, source] of reading.snapshot.sources) sources.set(id, source);
    diagnostics.push(...reading.diagnostics);
  }
  return { sources, diagnostics };
}

/** Nothing was recognised on a side that the command cannot do without. */
export const isUnusable = (session: Session, needed: readonly SideName[]): boolean =>
  needed.some((side) => !session.readings[side]?.segments.length);

export const tellUnusable = (console: Console, language: Language): void =>
  console.err(words("natlens: nothing in these files was recognised", "natlens：这些文件中没有可识别的内容")[language]);

const mostPrinted = 20;

/** Diagnostics for people, on stderr; errors and warnings first come first shown. */
export function tellDiagnostics(console: Console, session: Session, language: Language): void {
  const { sources, diagnostics } = readingsOf(session);
  const told = diagnostics.filter((d) => d.severity !== "info");
  for (const d of told.slice(0, mostPrinted)) console.err(diagnosticText(sources, d, language));
  if (told.length > mostPrinted) console.err(`… ${told.length - mostPrinted} more`);
}

export function diagnosticsJson(session: Session, language: Language): Record<string, unknown>[] {
  const { sources, diagnostics } = readingsOf(session);
  return diagnostics.slice(0, 1000).map((d) => diagnosticJson(sources, d, language));
}

/** Where a piece of evidence stands: file, 1-based line and its text. */
export function placeOf(
  sources: ReadonlyMap<string, SourceText>,
  at: Span,
): { file: string; line: number; text: string } | undefined {
  const source = sources.get(at.source);
  if (!source || at.from >= source.bytes.length) return undefined;
  const { line } = positionOf(source, at.from);
  return { file: source.name, line, text: lineText(source, line).replace(/\r$/, "") };
}

/** A field for JSON: the value, or what is known of it in brackets. */
export const addressText = (value: Address | Port | undefined, language: Language): string | number | null =>
  value === undefined ? null : isSymbolic(value) ? `<${value.says[language]}>` : value;
export const plainText = (value: Address | Port | string | null): string =>
  value === null ? "-" : isSymbolic(value) ? `<${value.says.en}>` : fieldKey(value);

export const say = (text: Words, language: Language): string => text[language];
