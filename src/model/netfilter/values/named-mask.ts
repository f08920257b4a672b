import { words } from "../../../base/words.ts";
import { type Masked, mark, readMasked } from "./masked.ts";
import type { ValueKind } from "./value-kind.ts";

/** `0x5/0xff`, or a name from one of iproute2's tables (rt_realms, group), which the tools print where there is one. */
export const namedMask: ValueKind<Masked | string> = {
  words: 1,
  read([text = ""], refuse) {
    if (/^[0-9]/.test(text)) return readMasked(text, refuse);
    return text === "" ? refuse("value-empty", words("The value is empty.", "值为空。")) : text;
  },
  print: (value) => (typeof value === "string" ? value : mark.print(value)),
};
