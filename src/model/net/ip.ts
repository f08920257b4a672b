/**
 * An address in canonical text (RFC 5952 for IPv6), so that equal addresses are equal strings.
 * Made by `parseIp` only.
 */
export type Ip = string & { readonly brand: "Ip" };
export type Family = 4 | 6;

export const familyOf = (ip: Ip): Family => (ip.includes(":") ? 6 : 4);
export const bitsOf = (family: Family): 32 | 128 => (family === 4 ? 32 : 128);

/** Dotted quad or IPv6 text to canonical form; undefined if it is neither. Zones (`%eth0`) are refused. */
export function parseIp(text: string): Ip | undefined {
  const value = parseV4(text);
  if (value !== undefined) return isCanonicalV4(text) ? (text as Ip) : fromV4(value);
  const wide = text.includes(":") ? parseV6(text) : undefined;
  return wide === undefined ? undefined : fromValue(6, wide);
}

/** IPv4 as an unsigned 32-bit number in host byte order; undefined if not a dotted quad. */
export function parseV4(text: string): number | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) {
      if (digits === 0 || ++dots > 3) return undefined;
      value = value * 256 + octet;
      octet = 0;
      digits = 0;
    } else {
      octet = octet * 10 + code - 0x30;
      if (code < 0x30 || code > 0x39 || ++digits > 3 || octet > 255) return undefined;
    }
  }
  return dots === 3 && digits > 0 ? value * 256 + octet : undefined;
}

/** A dotted quad, of which no octet has a leading zero. */
function isCanonicalV4(quad: string): boolean {
  let first = true;
  for (let i = 0; i < quad.length; i++) {
    const code = quad.charCodeAt(i);
    if (first && code === 0x30 && i + 1 < quad.length && quad.charCodeAt(i + 1) !== 0x2e) return false;
    first = code === 0x2e;
  }
  return true;
}

export const fromV4 = (value: number): Ip =>
  `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}` as Ip;

function parseV6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groupsOf = (half: string): number[] | undefined => {
    if (half === "") return [];
    const groups: number[] = [];
    const words = half.split(":");
    for (const [i, word] of words.entries()) {
      if (word.includes(".") && i === words.length - 1) {
        const v4 = parseV4(word);
        if (v4 === undefined) return undefined;
        groups.push(Math.floor(v4 / 65536), v4 % 65536);
      } else if (/^[0-9a-fA-F]{1,4}$/.test(word)) groups.push(Number.parseInt(word, 16));
      else return undefined;
    }
    return groups;
  };
  const head = groupsOf(halves[0] ?? "");
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? "") : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  let value = 0n;
  for (const group of [...head, ...new Array<number>(halves.length === 2 ? missing : 0).fill(0), ...tail])
    value = (value << 16n) | BigInt(group);
  return value;
}

/** The address as an unsigned integer of its family's width. */
export function ipNumber(ip: Ip): bigint {
  if (familyOf(ip) === 4) return BigInt(parseV4(ip) ?? 0);
  return parseV6(ip) ?? 0n;
}

export function fromValue(family: Family, value: bigint): Ip {
  if (family === 4) return fromV4(Number(value));
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((value >> shift) & 0xffffn));
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
  }
  const hex = (list: number[]): string => list.map((g) => g.toString(16)).join(":");
  if (best === -1) return hex(groups) as Ip;
  // ::ffff:1.2.3.4 and ::1.2.3.4, as inet_ntop prints them and RFC 5952 section 5 asks for.
  if (best === 0 && (bestLength === 6 || (bestLength === 5 && groups[5] === 0xffff)))
    return `::${bestLength === 5 ? "ffff:" : ""}${fromV4(Number(value & 0xffffffffn))}` as Ip;
  return `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}` as Ip;
}
