import { and, negatedIf, or, type Ternary, ternary } from "../../../base/ternary.ts";
import type { Family } from "../../net/ip.ts";
import { type Address, type Interface, isSymbolic } from "../../net/symbolic.ts";
import { listForm } from "../list-form.ts";
import { negatable, option, type Values } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { nameList } from "../values/names.ts";
import { defineMatch } from "./define-match.ts";
import type { AddressType, MatchContext } from "./match.ts";

const types: readonly AddressType[] = [
  "UNSPEC",
  "UNICAST",
  "LOCAL",
  "BROADCAST",
  "ANYCAST",
  "MULTICAST",
  "BLACKHOLE",
  "UNREACHABLE",
  "PROHIBIT",
  "THROW",
  "NAT",
  "XRESOLVE",
];

const fields = {
  source: negatable("--src-type", nameList(types)),
  destination: negatable("--dst-type", nameList(types)),
  limitIn: option("--limit-iface-in", flag),
  limitOut: option("--limit-iface-out", flag),
};
export type Addrtype = Values<typeof fields>;

/** null restricts nothing, as a hook without that interface does not. */
function hasType(
  address: Address,
  wanted: readonly AddressType[],
  iface: Interface,
  family: Family,
  context: MatchContext,
): Ternary {
  if (isSymbolic(iface)) return "unknown";
  const is = (type: AddressType): Ternary => context.addressType(address, type, iface ?? undefined);
  return family === 6
    ? hasType6(address, wanted, is)
    : wanted.reduce<Ternary>((found, type) => or(found, is(type)), "no");
}

/**
 * xt_addrtype.c match_type6: unlike IPv4's, the classes MULTICAST, UNICAST and UNSPEC are conditions that must all hold, and UNICAST
 * is the class of the address (every address but `::` and multicast), not the type of its route.
 */
function hasType6(address: Address, wanted: readonly AddressType[], is: (type: AddressType) => Ternary): Ternary {
  const known = isSymbolic(address) ? undefined : address;
  const classIs = (test: (text: string) => boolean): Ternary =>
    known === undefined ? "unknown" : ternary(test(known));
  let result: Ternary = "yes";
  if (wanted.includes("MULTICAST"))
    result = and(
      result,
      classIs((a) => /^ff[0-9a-f]{2}:/.test(a)),
    );
  if (wanted.includes("UNICAST"))
    result = and(
      result,
      classIs((a) => a !== "::" && !/^ff[0-9a-f]{2}:/.test(a)),
    );
  if (wanted.includes("UNSPEC"))
    result = and(
      result,
      classIs((a) => a === "::"),
    );
  const routed = wanted.filter((type) => type === "LOCAL" || type === "ANYCAST" || type === "UNREACHABLE");
  return routed.length === 0
    ? result
    : and(
        result,
        routed.reduce<Ternary>((found, type) => or(found, is(type)), "no"),
      );
}

/** xt_addrtype.c addrtype_mt_v1: an address's type in the node's own routing tables, on one interface where limited. */
export const addrtype = defineMatch({
  name: "addrtype",
  level: "modelled",
  fields,
  needs: [["source", "destination"]],
  exclusive: [["limitIn", "limitOut"]],
  test({ source, destination, limitIn, limitOut }, packet, context) {
    const iface = limitIn ? packet.in : limitOut ? packet.out : null;
    const from = source
      ? negatedIf(source.negated, hasType(packet.src, source.is, iface, packet.family, context))
      : "yes";
    if (from === "no" || !destination) return from;
    return and(
      from,
      negatedIf(destination.negated, hasType(packet.dst, destination.is, iface, packet.family, context)),
    );
  },
  list: listForm(/ADDRTYPE match/, [
    ["--src-type", /src-type (?<not>! ?)?(?<a>\S+)/],
    ["--dst-type", /dst-type (?<not>! ?)?(?<a>\S+)/],
    ["--limit-iface-in", /limit-in/],
    ["--limit-iface-out", /limit-out/],
  ]),
});
