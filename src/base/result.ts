import type { Words } from "./words.ts";

/** What may fail for reasons that lie in the input; the reason is a code and a sentence. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly says: Words };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const failed = (code: string, says: Words): Result<never> => ({ ok: false, code, says });
