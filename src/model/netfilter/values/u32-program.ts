import { words } from "../../../base/words.ts";
import { hex, parseNumber } from "./number.ts";
import type { ValueKind } from "./value-kind.ts";

/** Numbers, the signs between them, and blanks. */
const token = /\s*(&&|<<|>>|[&@=,:]|[0-9a-zA-Z]+)\s*/y;

/**
 * `0&0xFFFF=0x100:0xFFFF && 0>>22&0x3C@0>>24=0,3`: where to look (a number, then operators with one each), `=`, and the values, single or as
 * ranges; `&&` joins such tests. Kept as iptables-save prints it: without blanks, numbers in hexadecimal. libxt_u32.c.
 */
export const u32Program: ValueKind<string> = {
  words: 1,
  free: true,
  read([text = ""], refuse) {
    const bad = () => refuse("unknown-value", words(`“${text}” is no u32 program.`, `“${text}” 不是 u32 表达式。`));
    let program = "";
    /** place: before a location's number; operator: behind it; value: before a value; high: before a range's end; end: behind a value. */
    let state: "place" | "operator" | "value" | "high" | "low-end" | "end" = "place";
    let low = 0n;
    token.lastIndex = 0;
    for (let at = 0; at < text.length; at = token.lastIndex) {
      const sign = token.exec(text)?.[1];
      if (sign === undefined) return bad();
      if (/^[0-9a-zA-Z]/.test(sign)) {
        const value = parseNumber(sign);
        if (value === undefined || value > 0xffffffffn) return bad();
        if (state === "high") {
          if (value !== low) program += `:${hex(Number(value))}`;
          state = "end";
        } else if (state === "place" || state === "value") {
          program += hex(Number(value));
          low = value;
          state = state === "place" ? "operator" : "low-end";
        } else return bad();
      } else if (state === "operator") {
        if (sign === "&" || sign === "@" || sign === "<<" || sign === ">>") state = "place";
        else if (sign === "=") state = "value";
        else return bad();
        program += sign;
      } else if (state === "low-end" && sign === ":") state = "high";
      else if (state === "low-end" || state === "end") {
        if (sign === ",") state = "value";
        else if (sign === "&&") state = "place";
        else return bad();
        program += sign;
      } else return bad();
    }
    return state === "low-end" || state === "end" ? program : bad();
  },
  print: (program) => `"${program}"`,
};
