import { words } from "../../../base/words.ts";
import type { ValueKind } from "./value-kind.ts";

/** Six hexadecimal bytes; kept and printed in lower case, as 1.8 does. */
export const macAddress: ValueKind<string> = {
  words: 1,
  read([text = ""], refuse) {
    const bytes = text.split(":");
    if (bytes.length !== 6 || !bytes.every((byte) => /^[0-9a-fA-F]{1,2}$/.test(byte)))
      return refuse("not-a-mac", words(`“${text}” is not a MAC address.`, `“${text}” 不是 MAC 地址。`));
    return bytes.map((byte) => byte.toLowerCase().padStart(2, "0")).join(":");
  },
  print: (mac) => mac,
};
