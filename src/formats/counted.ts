import { type Words, words } from "../base/words.ts";

/** How much was found, for the chip: `1 device`, `3 devices`. */
export const counted = (
  n: number,
  one: string,
  many: string,
  zh: string,
): { readonly n: number; readonly of: Words } => ({
  n,
  of: words(n === 1 ? one : many, zh),
});
