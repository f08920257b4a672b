import type { Diagnostic } from "../base/diagnostic.ts";
import { frame } from "../base/frame.ts";
import { type SourceText, sourceText } from "../base/source.ts";
import { positionOf } from "../base/span.ts";
import type { Language } from "../base/words.ts";
import { type Console, Unreadable } from "./command.ts";

/** What the named files hold, and those that cannot be read. */
export function filesOf(
  console: Console,
  paths: readonly string[],
): { readonly files: ReturnType<Console["read"]>; readonly unreadable: readonly Unreadable[] } {
  const files: { readonly name: string; readonly content: Uint8Array }[] = [];
  const unreadable: Unreadable[] = [];
  for (const path of paths) {
    try {
      files.push(...console.read(path));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      unreadable.push(error);
    }
  }
  return { files, unreadable };
}

/** The named files as source texts of one side, and those that cannot be read. */
export function sourcesOf(
  console: Console,
  side: string,
  paths: readonly string[],
): { readonly sources: readonly SourceText[]; readonly unreadable: readonly Unreadable[] } {
  const { files, unreadable } = filesOf(console, paths);
  return { sources: files.map(({ name, content }, i) => sourceText(`${side}/${i}`, name, content)), unreadable };
}

/** A file that cannot be read, as one of the diagnostics of `--json`. */
export const unreadableJson = (error: Unreadable): Record<string, unknown> => ({
  file: error.path,
  line: 1,
  column: 1,
  code: "input/unreadable",
  severity: "error",
  message: error.message,
});

/** A diagnostic as `--json` prints it. */
export function diagnosticJson(
  sources: ReadonlyMap<string, SourceText>,
  diagnostic: Diagnostic,
  language: Language,
): Record<string, unknown> {
  const source = sources.get(diagnostic.at.source);
  const position = source ? positionOf(source, diagnostic.at.from) : { line: 1, column: 1 };
  return {
    file: source?.name ?? diagnostic.at.source,
    line: position.line,
    column: position.column,
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message[language],
    ...(diagnostic.advice ? { advice: diagnostic.advice[language] } : {}),
  };
}

/** A diagnostic as a person reads it, with the line it is about. */
export function diagnosticText(
  sources: ReadonlyMap<string, SourceText>,
  diagnostic: Diagnostic,
  language: Language,
): string {
  const source = sources.get(diagnostic.at.source);
  const advice = diagnostic.advice ? `\n  ${diagnostic.advice[language]}` : "";
  if (!source) return `${diagnostic.severity}: ${diagnostic.message[language]}${advice}`;
  const { line, column } = positionOf(source, diagnostic.at.from);
  const shown = source.bytes.length === 0 ? "" : `\n${frame(source, diagnostic.at)}`;
  return `${source.name}:${line}:${column}: ${diagnostic.severity}: ${diagnostic.message[language]} [${diagnostic.code}]${shown}${advice}`;
}
