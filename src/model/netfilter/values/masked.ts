import { words } from "../../../base/words.ts";
import { hex, parseNumber } from "./number.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

/** `value/mask`, both unsigned 32 bit. The value may hold bits outside the mask; what that means depends on the user. */
export interface Masked {
  readonly value: number;
  readonly mask: number;
}

export const allBits = 0xffffffff;

/** `V` or `V/M`; without a mask all bits. xtoptions.c xtopt_parse_markmask. */
export function readMasked(text: string, refuse: Refuse, whole = allBits): Masked | undefined {
  const slash = text.indexOf("/");
  const parts = slash === -1 ? [text] : [text.slice(0, slash), text.slice(slash + 1)];
  const numbers: number[] = [];
  for (const part of parts) {
    const value = parseNumber(part);
    if (value === undefined)
      return refuse(
        "not-a-number",
        words(`“${part}” in “${text}” is not a number.`, `“${text}” 中的“${part}”不是数字。`),
      );
    if (value > BigInt(whole))
      return refuse(
        "value-out-of-range",
        words(`${part} is larger than ${hex(whole)}.`, `${part} 大于 ${hex(whole)}。`),
      );
    numbers.push(Number(value));
  }
  return { value: numbers[0] ?? 0, mask: numbers[1] ?? whole };
}

/** As the mark matches print it: the mask only where it is not all bits. */
export const mark: ValueKind<Masked> = {
  words: 1,
  read: ([text = ""], refuse) => readMasked(text, refuse),
  print: ({ value, mask }) => (mask === allBits ? hex(value) : `${hex(value)}/${hex(mask)}`),
};

/** `(field & mask) === value`, without the sign trouble of 32-bit operators. */
export const hasMasked = (field: number, { value, mask }: Masked): boolean => (field & mask) >>> 0 === value;
