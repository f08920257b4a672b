import { bitsOf, type Family, familyOf, fromValue, type Ip, ipNumber, parseIp, parseV4 } from "./ip.ts";

/** A set of addresses given by base and mask. `mask` may be non-contiguous, as iptables allows. `base & mask === base`. */
export interface Cidr {
  readonly family: Family;
  readonly base: bigint;
  readonly mask: bigint;
}

const full = (family: Family): bigint => (1n << BigInt(bitsOf(family))) - 1n;

const masksOf = (family: Family): readonly bigint[] =>
  Array.from(
    { length: bitsOf(family) + 1 },
    (_, length) => full(family) ^ ((1n << BigInt(bitsOf(family) - length)) - 1n),
  );
const masks4 = masksOf(4);
const masks6 = masksOf(6);

export const prefixMask = (family: Family, length: number): bigint =>
  (family === 4 ? masks4[length] : masks6[length]) ?? full(family);

export const cidrOf = (ip: Ip, length: number): Cidr => {
  const family = familyOf(ip);
  const mask = prefixMask(family, length);
  return { family, base: ipNumber(ip) & mask, mask };
};
export const hostCidr = (ip: Ip): Cidr => cidrOf(ip, bitsOf(familyOf(ip)));

/** `A`, `A/len`, `A/mask`, and `10.1/16` of old iproute2 when `short` is set. Host bits are cleared. */
export function parseCidr(text: string, short = false): Cidr | undefined {
  const slash = text.indexOf("/");
  let address = slash === -1 ? text : text.slice(0, slash);
  const suffix = slash === -1 ? undefined : text.slice(slash + 1);
  // most are of IPv4, and dumps hold very many of them
  const v4 = parseV4(address);
  const bits = v4 === undefined ? undefined : suffix === undefined || suffix === "32" ? 32 : lengthOf(suffix);
  if (v4 !== undefined && bits !== undefined) {
    if (bits > 32) return undefined;
    const mask = prefixMask(4, bits);
    return { family: 4, base: bits === 32 ? BigInt(v4) : BigInt(v4) & mask, mask };
  }
  if (short && /^\d+(\.\d+){0,2}$/.test(address)) address += ".0".repeat(4 - address.split(".").length);
  const ip = parseIp(address);
  if (ip === undefined) return undefined;
  const family = familyOf(ip);
  if (suffix === undefined) return hostCidr(ip);
  const length = lengthOf(suffix);
  if (length !== undefined) return length <= bitsOf(family) ? cidrOf(ip, length) : undefined;
  const maskIp = parseIp(suffix);
  if (maskIp === undefined || familyOf(maskIp) !== family) return undefined;
  const mask = ipNumber(maskIp);
  return { family, base: ipNumber(ip) & mask, mask };
}

const lengthOf = (suffix: string): number | undefined => (/^\d{1,3}$/.test(suffix) ? Number(suffix) : undefined);

/** Prefix length, or undefined for a non-contiguous mask. */
export function prefixLength(cidr: Cidr): number | undefined {
  if (cidr.family === 4) {
    const inverse = ~Number(cidr.mask) >>> 0;
    return (inverse & (inverse + 1)) === 0 ? Math.clz32(inverse) : undefined;
  }
  const inverse = cidr.mask ^ full(cidr.family);
  if ((inverse & (inverse + 1n)) !== 0n) return undefined;
  return bitsOf(cidr.family) - (inverse === 0n ? 0 : inverse.toString(2).length);
}

/** As iptables-save prints it: always with a length, a dotted mask only where it is not contiguous. */
export function printCidr(cidr: Cidr): string {
  const length = prefixLength(cidr);
  return `${fromValue(cidr.family, cidr.base)}/${length ?? fromValue(cidr.family, cidr.mask)}`;
}

export function cidrHas({ family, base, mask }: Cidr, ip: Ip): boolean {
  if (family === 6) return familyOf(ip) === 6 && (ipNumber(ip) & mask) === base;
  const value = parseV4(ip);
  return value !== undefined && (value & Number(mask)) >>> 0 === Number(base);
}
/** Every address of `inner` lies in `outer`. */
export const cidrCovers = (outer: Cidr, inner: Cidr): boolean =>
  outer.family === inner.family && (outer.mask & inner.mask) === outer.mask && (inner.base & outer.mask) === outer.base;
export const cidrsMeet = (a: Cidr, b: Cidr): boolean =>
  a.family === b.family && (a.base & b.mask & a.mask) === (b.base & a.mask & b.mask);
export const sameCidr = (a: Cidr, b: Cidr): boolean => a.family === b.family && a.base === b.base && a.mask === b.mask;

/** The fewest networks that hold exactly the addresses from `low` to `high`; none if they stand the wrong way round. */
export function cidrsOfRange(family: Family, low: bigint, high: bigint): Cidr[] {
  const bits = BigInt(bitsOf(family));
  const cidrs: Cidr[] = [];
  for (let base = low; base <= high; ) {
    let free = 0n;
    while (free < bits && (base >> free) % 2n === 0n && base + (1n << (free + 1n)) - 1n <= high) free++;
    cidrs.push({ family, base, mask: prefixMask(family, Number(bits - free)) });
    base += 1n << free;
  }
  return cidrs;
}
