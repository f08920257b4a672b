import { words } from "../../../base/words.ts";
import type { ValueKind } from "./value-kind.ts";

/** Bytes a second, as the kernel has them: what 16 bytes cost, in units of 1/2^32 of the credit of a second. */
export interface ByteRate {
  readonly cost: number;
}

const most = 0xffffffff;
const chunk = 16;
const units: readonly (readonly [string, number])[] = [
  ["m", 1024 * 1024],
  ["k", 1024],
  ["", 1],
];

const costOf = (bytes: number): number => Math.floor(most / (Math.floor(bytes / chunk) + 1));
/** libxt_hashlimit.c cost_to_bytes. */
export const bytesOf = ({ cost }: ByteRate): number => (Math.floor(most / cost) - 1) * chunk;

const pattern = /^(\d+)([km]?)b$/i;

/** `512kb`; undefined: it is no number of bytes. */
export function readBytes(text: string): number | undefined {
  const parts = pattern.exec(text);
  if (!parts) return undefined;
  return Number(parts[1]) * (units.find(([name]) => name === parts[2]?.toLowerCase())?.[1] ?? 1);
}

/** In the largest unit there is one of, the rest left out: print_bytes. */
export function printBytes(bytes: number): string {
  const [name, size] = units.find(([, unit]) => bytes >= unit) ?? (["", 1] as const);
  return `${Math.floor(bytes / size)}${name}b`;
}

/** `512kb/s`. */
export const byteRate: ValueKind<ByteRate> = {
  words: 1,
  read([text = ""], refuse) {
    const bytes = text.endsWith("/s") ? readBytes(text.slice(0, -2)) : undefined;
    if (bytes === undefined || costOf(bytes) === 0)
      return refuse("not-a-rate", words(`“${text}” is not a rate.`, `“${text}” 不是速率。`));
    return { cost: costOf(bytes) };
  },
  print(rate) {
    const bytes = bytesOf(rate);
    const [name, size] = units.find(
      ([, unit]) => bytes >= unit && costOf((bytes - (bytes % unit)) % 2 ** 32) === rate.cost,
    ) ?? ["", 1];
    return `${Math.floor(bytes / size)}${name}b/s`;
  },
};
