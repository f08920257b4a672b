import { words } from "../../../base/words.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

const pattern = /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;

/** C's strtoul with base 0: decimal, `0x…`, or octal after a leading 0. Undefined if other text is in it. */
export function parseNumber(text: string): bigint | undefined {
  if (!pattern.test(text)) return undefined;
  return text.length > 1 && text[0] === "0" && /[0-7]/.test(text[1] ?? "")
    ? BigInt(`0o${text.slice(1)}`)
    : BigInt(text);
}

/** Up to nine decimal digits, which is nearly every number in a rule: `parseNumber` without the detour. */
function plainNumber(text: string): number | undefined {
  const { length } = text;
  if (length === 0 || length > 9 || (length > 1 && text.charCodeAt(0) === 0x30)) return undefined;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** A number from `low` to `high`, or a complaint about argument `index`. */
export function numberWithin(text: string, low: number, high: number, refuse: Refuse, index = 0): number | undefined {
  const value = plainNumber(text) ?? parseNumber(text);
  if (value === undefined)
    return refuse("not-a-number", words(`“${text}” is not a number.`, `“${text}” 不是数字。`), index);
  if (value < low || value > high)
    return refuse(
      "value-out-of-range",
      words(`${text} is not within ${low} to ${high}.`, `${text} 不在 ${low} 到 ${high} 之间。`),
      index,
    );
  return Number(value);
}

export const hex = (value: number, digits = 0): string => `0x${value.toString(16).padStart(digits, "0")}`;

/** A number within bounds, printed in decimal. */
export const number = (low: number, high: number): ValueKind<number> => ({
  words: 1,
  read: ([text = ""], refuse) => numberWithin(text, low, high, refuse),
  print: String,
});

export const uint32 = number(0, 0xffffffff);

/** A number within bounds, printed as `0x0a`. */
export const hexNumber = (high: number, digits = 0): ValueKind<number> => ({
  words: 1,
  read: ([text = ""], refuse) => numberWithin(text, 0, high, refuse),
  print: (value) => hex(value, digits),
});

/** Numbers beyond 32 bits (`--bytes-gt 5000000000`), kept as decimal text. */
export const uint64: ValueKind<string> = {
  words: 1,
  read([text = ""], refuse) {
    const value = parseNumber(text);
    if (value === undefined) return refuse("not-a-number", words(`“${text}” is not a number.`, `“${text}” 不是数字。`));
    if (value > 0xffffffffffffffffn)
      return refuse("value-out-of-range", words(`${text} needs more than 64 bits.`, `${text} 超出 64 位。`));
    return value.toString();
  },
  print: (value) => value,
};
