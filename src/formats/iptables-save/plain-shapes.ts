import { chainNameAt, chainNameEnd } from "../../model/netfilter/plain-rules.ts";

const blank = 0x20;
const bang = 0x21;
const dash = 0x2d;
const colon = 0x3a;
const accept = [...new TextEncoder().encode("ACCEPT")];
/** Options with one dash that a rule of the tool's begins with. */
const letters = new Set(new TextEncoder().encode("jgmpsdiof"));

/** A rule or a chain in the tool's own spelling, which is what nearly every line of a dump is. */
export function goesOn(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] === colon) return declaredNameEnd(bytes, from, to) !== -1;
  const name = chainNameAt(bytes, from);
  const end = name === -1 ? -1 : chainNameEnd(bytes, name, to);
  if (end === -1) return false;
  const option = bytes[end + 1] === bang && bytes[end + 2] === blank ? end + 3 : end + 1;
  if (option + 2 > to || bytes[option] !== dash) return false;
  const letter = bytes[option + 1] ?? 0;
  return letter === dash || (letters.has(letter) && (option + 2 === to || bytes[option + 2] === blank));
}

/** Where the name ends in a line `:NAME - [0:0]` or `:NAME ACCEPT [12:720]`; -1: it is no such line. */
export function declaredNameEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = from + 1;
  while (end < to && bytes[end] !== blank) end++;
  if (bytes[from] !== colon || end === from + 1) return -1;
  let at = end + 1;
  if (bytes[at] === dash) at++;
  else for (const letter of accept) if (bytes[at++] !== letter) return -1;
  if (bytes[at] !== blank || bytes[at + 1] !== 0x5b) return -1;
  const middle = digitsEnd(bytes, at + 2);
  const close = digitsEnd(bytes, middle + 1);
  const counted = middle > at + 2 && bytes[middle] === colon && close > middle + 1;
  return counted && bytes[close] === 0x5d && close + 1 === to ? end : -1;
}

/** The chain of such a line is built in and lets pass what its rules leave. */
export const isAccepting = (bytes: Uint8Array, nameEnd: number): boolean => bytes[nameEnd + 1] !== dash;

function digitsEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39) at++;
  return at;
}
