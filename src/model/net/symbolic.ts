import { type Ternary, ternary } from "../../base/ternary.ts";
import { verbatim, type Words } from "../../base/words.ts";
import { type Cidr, cidrCovers, cidrHas, cidrsMeet, prefixLength } from "./cidr.ts";
import { bitsOf, fromValue, type Ip } from "./ip.ts";

/**
 * A value that the dumps do not give but that is one definite value in the kernel: "a primary address of the out
 * interface". Two symbolic values are the same value exactly when their `symbol` is the same.
 */
export interface Symbolic {
  readonly symbol: string;
  readonly says: Words;
  /** For addresses: the range it is known to lie in. */
  readonly within?: Cidr;
  /** For addresses: whether it is one of this node's own; absent when that is not known either. */
  readonly local?: boolean;
  /** Concrete values it is known not to be. */
  readonly except?: readonly string[];
  /** For ports: lowest and highest, inclusive. */
  readonly range?: readonly [number, number];
}

export type Address = Ip | Symbolic;
export type Port = number | Symbolic;
/** Interface name; null where the hook has none (no in interface in OUTPUT). */
export type Interface = string | Symbolic | null;

export const isSymbolic = (value: unknown): value is Symbolic =>
  typeof value === "object" && value !== null && "symbol" in value;

/** Identity of a field as text, for keys and equality. */
export const fieldKey = (value: Address | Port | Interface): string =>
  value === null ? "-" : isSymbolic(value) ? `?${value.symbol}` : String(value);

/** A field as people read it: the value itself, or what is known of it. */
export const inWords = (value: Address | Port | Interface): Words =>
  isSymbolic(value) ? value.says : verbatim(value === null ? "-" : String(value));

export function sameField(a: Address | Port | Interface, b: Address | Port | Interface): Ternary {
  if (!isSymbolic(a) && !isSymbolic(b)) return ternary(a === b);
  if (isSymbolic(a) && isSymbolic(b)) return a.symbol === b.symbol ? "yes" : "unknown";
  const [symbol, concrete] = isSymbolic(a) ? [a, b] : [b as Symbolic, a];
  if (concrete === null) return "no";
  if (symbol.except?.includes(String(concrete))) return "no";
  if (symbol.within && !cidrHas(symbol.within, concrete as Ip)) return "no";
  if (symbol.range && (Number(concrete) < symbol.range[0] || Number(concrete) > symbol.range[1])) return "no";
  return "unknown";
}

/** A value that stands for some sender's or some interface's address never stands for a loopback one. */
const loopbackRange: Readonly<Record<4 | 6, Cidr>> = {
  4: { family: 4, base: 0x7f000000n, mask: 0xff000000n },
  6: { family: 6, base: 1n, mask: (1n << 128n) - 1n },
};

export function addressIn(address: Address, cidr: Cidr): Ternary {
  if (!isSymbolic(address)) return ternary(cidrHas(cidr, address));
  if (cidr.mask === 0n) return "yes";
  if (cidrCovers(loopbackRange[cidr.family], cidr)) return "no";
  if (address.except && prefixLength(cidr) === bitsOf(cidr.family))
    if (address.except.includes(fromValue(cidr.family, cidr.base))) return "no";
  if (!address.within) return "unknown";
  if (cidrCovers(cidr, address.within)) return "yes";
  return cidrsMeet(cidr, address.within) ? "unknown" : "no";
}

/** `low <= port <= high`. */
export function portIn(port: Port, low: number, high: number): Ternary {
  if (!isSymbolic(port)) return ternary(port >= low && port <= high);
  if (low === 0 && high === 65535) return "yes";
  if (!port.range) return "unknown";
  if (port.range[0] >= low && port.range[1] <= high) return "yes";
  return port.range[1] < low || port.range[0] > high ? "no" : "unknown";
}

/** iptables' interface pattern: a trailing `+` matches any name with that prefix. */
export function interfaceIs(iface: Interface, pattern: string): Ternary {
  if (pattern.endsWith("+")) {
    const prefix = pattern.slice(0, -1);
    if (prefix === "") return "yes";
    if (isSymbolic(iface)) return "unknown";
    return ternary(iface?.startsWith(prefix) ?? false);
  }
  return iface === null ? "no" : sameField(iface, pattern);
}
