import { words } from "../../../base/words.ts";
import { parseCidr, prefixLength } from "../../net/cidr.ts";
import { bitsOf } from "../../net/ip.ts";
import { numberWithin } from "./number.ts";
import type { ValueKind } from "./value-kind.ts";

/** Length of a prefix, also given as a mask: `24`, `255.255.255.0`. Printed as number; too much is the longest there is. */
export const lengthOfPrefix: ValueKind<number> = {
  words: 1,
  read([text = ""], refuse, family) {
    const most = bitsOf(family);
    if (/^\w+$/.test(text)) {
      const length = numberWithin(text, 0, 0xffffffff, refuse);
      return length === undefined ? undefined : Math.min(length, most);
    }
    const mask = parseCidr(`${family === 4 ? "0.0.0.0" : "::"}/${text}`);
    const length = mask && prefixLength(mask);
    return length ?? refuse("unknown-value", words(`“${text}” is no prefix length.`, `“${text}” 不是前缀长度。`));
  },
  print: String,
};
