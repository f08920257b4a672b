import { words } from "../../../base/words.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

/** Which flags are looked at, and which of those must be set. */
export interface TcpFlags {
  readonly mask: number;
  readonly set: number;
}

const names: readonly (readonly [string, number])[] = [
  ["FIN", 0x01],
  ["SYN", 0x02],
  ["RST", 0x04],
  ["PSH", 0x08],
  ["ACK", 0x10],
  ["URG", 0x20],
];
const all = 0x3f;

function readFlags(text: string, refuse: Refuse, index: number): number | undefined {
  let bits = 0;
  for (const name of text.split(",")) {
    const upper = name.toUpperCase();
    const bit = upper === "ALL" ? all : upper === "NONE" ? 0 : names.find(([known]) => known === upper)?.[1];
    if (bit === undefined)
      return refuse("unknown-value", words(`“${name}” is not a TCP flag.`, `“${name}” 不是 TCP 标志。`), index);
    bits |= bit;
  }
  return bits;
}

const printFlags = (bits: number): string =>
  names
    .filter(([, bit]) => bits & bit)
    .map(([name]) => name)
    .join(",") || "NONE";

/** `--tcp-flags FIN,SYN,RST,ACK SYN`; libxt_tcp.c print_tcpf. */
export const tcpFlags: ValueKind<TcpFlags> = {
  words: 2,
  read([looked = "", wanted = ""], refuse) {
    const mask = readFlags(looked, refuse, 0);
    const set = readFlags(wanted, refuse, 1);
    return mask === undefined || set === undefined ? undefined : { mask, set };
  },
  print: ({ mask, set }) => `${printFlags(mask)} ${printFlags(set)}`,
};

const letters: Readonly<Record<string, number>> = { F: 0x01, S: 0x02, R: 0x04, P: 0x08, A: 0x10, ".": 0x10, U: 0x20 };

/** Bits of a packet's flags, given in tcpdump's letters. */
export const tcpFlagBits = (flags: string): number =>
  [...flags].reduce((bits, letter) => bits | (letters[letter] ?? 0), 0);
