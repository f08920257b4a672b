import { negatedIf, type Ternary, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { type IcmpName, icmpByName } from "../../net/icmp.ts";
import type { Family } from "../../net/ip.ts";
import type { Packet } from "../../net/packet.ts";
import { anyForm, type ListReader, listForm } from "../list-form.ts";
import type { Negatable } from "../rule.ts";
import { numberWithin } from "./number.ts";
import type { ValueKind } from "./value-kind.ts";

/** Type 255 is `any` in IPv4, all codes. */
const anyType = 255;

/** `8`, `3/4`, `any`, or a name; names are read but never printed. */
export const icmpType = (family: Family): ValueKind<IcmpName> => ({
  words: 1,
  read([text = ""], refuse) {
    if (text !== "" && !/^[0-9]/.test(text))
      return (
        icmpByName(text, family) ??
        refuse("unknown-value", words(`“${text}” is no ICMP type.`, `“${text}” 不是 ICMP 类型。`))
      );
    const slash = text.indexOf("/");
    const type = numberWithin(slash === -1 ? text : text.slice(0, slash), 0, 255, refuse);
    const code = slash === -1 ? undefined : numberWithin(text.slice(slash + 1), 0, 255, refuse);
    if (type === undefined || (slash !== -1 && code === undefined)) return undefined;
    return { type, codes: code === undefined ? [0, 255] : [code, code] };
  },
  print({ type, codes: [low, high] }) {
    if (family === 4 && type === anyType) return "any";
    return low === 0 && high === 255 ? String(type) : `${type}/${low}`;
  },
});

/** Is the packet of the wanted type; `any`: type 255 stands for all of them. */
export function icmpIs(wanted: Negatable<IcmpName> | undefined, packet: Packet, any: boolean): Ternary {
  if (!wanted) return "yes";
  const { type, codes } = wanted.is;
  if (any && type === anyType) return negatedIf(wanted.negated, "yes");
  if (packet.icmpType === undefined) return "unknown";
  if (packet.icmpType !== type) return negatedIf(wanted.negated, "no");
  if (codes[0] === 0 && codes[1] === 255) return negatedIf(wanted.negated, "yes");
  if (packet.icmpCode === undefined) return "unknown";
  return negatedIf(wanted.negated, ternary(packet.icmpCode >= codes[0] && packet.icmpCode <= codes[1]));
}

/**
 * With -n `icmptype 3 code 4`, `icmp !type 8`; else by name: `icmp echo-request`, `icmp !echo-request`. libipt_icmp.c print_icmptype.
 */
export const listedType = (word: string, option: string): ListReader =>
  anyForm(
    listForm(null, [
      [
        option,
        new RegExp(`${word} ?(?<not>!)?type (?<a>\\d+)(?: codes? (?<b>\\d+))?`),
        ({ a = "", b }) => [b === undefined ? a : `${a}/${b}`],
      ],
    ]),
    listForm(null, [[option, new RegExp(`${word} (?<not>!)?(?<a>[a-z][a-z-]*)`)]]),
  );
