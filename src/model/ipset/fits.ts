import { type Ternary, ternary } from "../../base/ternary.ts";
import { prefixMask } from "../net/cidr.ts";
import { bitsOf, fromValue } from "../net/ip.ts";
import { addressIn, fieldKey, type Interface, interfaceIs, isSymbolic, sameField } from "../net/symbolic.ts";
import type { EntryValue, PacketValue } from "./dimension.ts";

/** Does what the packet has fit one dimension of an entry? */
export function fits(value: PacketValue, entry: EntryValue): Ternary {
  switch (entry.kind) {
    case "ip":
      return value.kind === "net" || value.kind === "ip" ? sameField(value.is, entry.is) : "no";
    case "net": {
      if (value.kind !== "net" && value.kind !== "ip") return "no";
      const { family, base, mask } = entry.is;
      const within = addressIn(value.is, entry.is);
      const host = mask === prefixMask(family, bitsOf(family));
      return within === "unknown" && host ? sameField(value.is, fromValue(family, base)) : within;
    }
    case "port":
      return value.kind === "port" && value.proto === entry.proto ? sameField(value.port, entry.port) : "no";
    case "number":
      return value.kind === "number" ? sameField(value.port, entry.port) : "no";
    case "iface":
      return value.kind === "iface" ? interfaceFits(value.is, value.bridgePort, entry.pattern, entry.physdev) : "no";
    case "mark":
      return ternary(value.kind === "mark" && value.is === entry.is);
    case "mac":
      if (value.kind !== "mac" || value.is === null) return "no";
      if (entry.is === undefined) return "yes";
      return value.is === undefined ? "unknown" : ternary(value.is === entry.is);
  }
}

/** A `physdev:` entry is asked for by a flag that the set match does not have everywhere: undecided where it could fit. */
function interfaceFits(
  iface: Interface,
  bridgePort: Interface | undefined,
  pattern: string,
  physdev: boolean,
): Ternary {
  if (!physdev) return iface === null ? "no" : interfaceIs(iface, pattern);
  if (bridgePort === undefined || bridgePort === null) return "no";
  return interfaceIs(bridgePort, pattern) === "no" ? "no" : "unknown";
}

/** Nothing symbolic in it that an entry could depend on. Interfaces are compared one by one anyway. */
export function isDecided(value: PacketValue): boolean {
  if (value.kind === "mac") return value.is !== undefined;
  return "is" in value ? !isSymbolic(value.is) : !isSymbolic(value.port);
}

/** Identity of a packet's value, symbolic or not. */
export function valueKey(value: PacketValue): string {
  switch (value.kind) {
    case "iface":
      return `${fieldKey(value.is)}~${fieldKey(value.bridgePort ?? null)}`;
    case "mac":
      return value.is ?? (value.is === null ? "-" : "?");
    case "mark":
      return String(value.is);
    case "port":
      return `${value.proto}:${fieldKey(value.port)}`;
    case "number":
      return fieldKey(value.port);
    default:
      return fieldKey(value.is);
  }
}
