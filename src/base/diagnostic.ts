import type { DiagnosticCode } from "./diagnostic-codes.ts";
import type { Span } from "./span.ts";
import type { Words } from "./words.ts";

/**
 * error: part of the text was not understood and conclusions there are not to be trusted;
 * warning: understood but suspicious, or recognised and not modelled; info: worth knowing.
 */
export type Severity = "error" | "warning" | "info";

/** Something about pasted text. Collected, never thrown. */
export interface Diagnostic {
  /** Stable: tests and docs use it. */
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly at: Span;
  /** What, one sentence, without position and advice. */
  readonly message: Words;
  readonly advice?: Words;
}

/** Every parser: as much value as could be understood, and everything that could not. */
export interface Parsed<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}
