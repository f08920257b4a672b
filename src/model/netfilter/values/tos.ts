import { type Masked, readMasked } from "./masked.ts";
import { hex } from "./number.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

/** Names of RFC 1349; they compare the four TOS bits and precedence. iptables tos_values.c. */
const names: ReadonlyMap<string, number> = new Map([
  ["minimize-delay", 0x10],
  ["maximize-throughput", 0x08],
  ["maximize-reliability", 0x04],
  ["minimize-cost", 0x02],
  ["normal-service", 0x00],
]);

/** `0x10/0x3f`, `0x10` (all bits), or a name (mask 0x3f). */
export function readTos(text: string, refuse: Refuse): Masked | undefined {
  const named = names.get(text.toLowerCase());
  return named === undefined ? readMasked(text, refuse, 0xff) : { value: named, mask: 0x3f };
}

export const printTos = ({ value, mask }: Masked): string => `${hex(value, 2)}/${hex(mask, 2)}`;

export const tosValue: ValueKind<Masked> = {
  words: 1,
  read: ([text = ""], refuse) => readTos(text, refuse),
  print: printTos,
};
