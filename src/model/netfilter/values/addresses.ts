import { and, or, type Ternary, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { type Cidr, parseCidr, prefixLength } from "../../net/cidr.ts";
import { bitsOf, type Family, familyOf, fromValue, type Ip, ipNumber, parseIp } from "../../net/ip.ts";
import { type Address, isSymbolic } from "../../net/symbolic.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

export function readAddress(text: string, refuse: Refuse, family: Family): Ip | undefined {
  const ip = parseIp(text);
  if (ip === undefined) return refuse("not-an-address", words(`“${text}” is not an address.`, `“${text}” 不是地址。`));
  if (familyOf(ip) !== family)
    return refuse("other-family", words(`${text} is not an IPv${family} address.`, `${text} 不是 IPv${family} 地址。`));
  return ip;
}

export function readCidr(text: string, refuse: Refuse, family: Family): Cidr | undefined {
  const cidr = parseCidr(text, true);
  if (cidr === undefined)
    return refuse("not-an-address", words(`“${text}” is not an address or prefix.`, `“${text}” 不是地址或网段。`));
  if (cidr.family !== family)
    return refuse("other-family", words(`${text} is not an IPv${family} prefix.`, `${text} 不是 IPv${family} 网段。`));
  return cidr;
}

export const address: ValueKind<Ip> = {
  words: 1,
  read: ([text = ""], refuse, family) => readAddress(text, refuse, family),
  print: (ip) => ip,
};

/** An address and the bits of it that count; `address` keeps the other bits as they were written. */
export interface HostMask extends Cidr {
  readonly address: Ip;
}

/**
 * `A[/mask]`, printed without the mask where it is one host and with the address as written: conntrack's and ipvs's way, unlike `-s`.
 * xtoptions.c xtopt_parse_hostmask.
 */
export const hostOrPrefix: ValueKind<HostMask> = {
  words: 1,
  read([text = ""], refuse, family) {
    const cidr = readCidr(text, refuse, family);
    return cidr && { ...cidr, address: parseIp(text.replace(/\/.*/, "")) ?? fromValue(family, cidr.base) };
  },
  print(cidr) {
    const length = prefixLength(cidr);
    return length === bitsOf(cidr.family)
      ? cidr.address
      : `${cidr.address}/${length ?? fromValue(cidr.family, cidr.mask)}`;
  },
};

/** `A/length` with the address as written, the length always printed: libip6t_DNPT.c. */
export const prefixWithHost: ValueKind<HostMask> = {
  ...hostOrPrefix,
  print: (cidr) => `${cidr.address}/${prefixLength(cidr) ?? fromValue(cidr.family, cidr.mask)}`,
};

/** First and last address, inclusive. */
export type AddressRange = readonly [Ip, Ip];

/** `a-b`; `a` alone is `a-a`. */
export function readAddressRange(text: string, refuse: Refuse, family: Family): AddressRange | undefined {
  const dash = text.indexOf("-");
  if (dash === -1) {
    const only = readAddress(text, refuse, family);
    return only && [only, only];
  }
  const first = readAddress(text.slice(0, dash), refuse, family);
  const last = readAddress(text.slice(dash + 1), refuse, family);
  if (first === undefined || last === undefined) return undefined;
  if (ipNumber(first) > ipNumber(last))
    return refuse("range-reversed", words(`${text} runs backwards.`, `${text} 的范围前后颠倒。`));
  return [first, last];
}

export const addressRange: ValueKind<AddressRange> = {
  words: 1,
  read: ([text = ""], refuse, family) => readAddressRange(text, refuse, family),
  print: ([first, last]) => `${first}-${last}`,
};

/** Is the address within the range? A symbolic one is decided only where all it can be lies inside or outside. */
export function addressWithin(address: Address, [first, last]: AddressRange): Ternary {
  const low = ipNumber(first);
  const high = ipNumber(last);
  const family = familyOf(first);
  if (!isSymbolic(address)) {
    if (familyOf(address) !== family) return "no";
    const value = ipNumber(address);
    return ternary(value >= low && value <= high);
  }
  if (low === high && address.except?.includes(first)) return "no";
  const { within } = address;
  if (!within) return "unknown";
  if (within.family !== family) return "no";
  const top = within.base | (within.mask ^ ((1n << BigInt(bitsOf(family))) - 1n));
  if (top < low || within.base > high) return "no";
  return or(and(ternary(within.base >= low), ternary(top <= high)), "unknown");
}
