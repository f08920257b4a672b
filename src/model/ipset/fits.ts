import type { Ternary } from "../../base/ternary.ts";
import { addressIn, fieldKey, type Interface, interfaceIs, isSymbolic, sameField } from "../net/symbolic.ts";
import { type EntryValue, hostOf, isHost, type PacketValue } from "./dimension.ts";

/** Does what the packet has fit one dimension of an entry? */
export function fits(value: PacketValue, entry: EntryValue): Ternary {
  switch (entry.kind) {
    case "ip":
      return "is" in value && value.kind !== "iface" ? sameField(value.is, entry.is) : "no";
    case "net": {
      if (value.kind !== "net" && value.kind !== "ip") return "no";
      const within = addressIn(value.is, entry.is);
      return within === "unknown" && isHost(entry.is, entry.length) ? sameField(value.is, hostOf(entry.is)) : within;
    }
    case "port":
      return value.kind === "port" && value.proto === entry.proto ? sameField(value.port, entry.port) : "no";
    case "number":
      return value.kind === "number" ? sameField(value.port, entry.port) : "no";
    case "iface":
      return value.kind === "iface" ? interfaceFits(value.is, value.bridgePort, entry.pattern, entry.physdev) : "no";
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
  return "is" in value ? !isSymbolic(value.is) : !isSymbolic(value.port);
}

/** Identity of a packet's value, symbolic or not. */
export function valueKey(value: PacketValue): string {
  if (value.kind === "iface") return `${fieldKey(value.is)}~${fieldKey(value.bridgePort ?? null)}`;
  if ("is" in value) return fieldKey(value.is);
  return value.kind === "port" ? `${value.proto}:${fieldKey(value.port)}` : fieldKey(value.port);
}
