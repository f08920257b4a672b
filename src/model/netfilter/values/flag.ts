import type { ValueKind } from "./value-kind.ts";

/** An option without words: `--random`. */
export const flag: ValueKind<true> = {
  words: 0,
  read: () => true,
  print: () => "",
};
