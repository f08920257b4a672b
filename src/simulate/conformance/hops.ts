import { type Address, fieldKey, type Interface, isSymbolic, type Port, sameField } from "../../model/net/symbolic.ts";
import type { Step } from "../trace.ts";

/** One rule that matched, or the end of a chain, in the fields of a recorded kernel trace. */
export interface Hop {
  readonly hook: string;
  readonly table: string;
  readonly chain: string;
  readonly rule: number | null;
  readonly kind: "rule" | "policy" | "end";
  readonly target: string | null;
  readonly verdict: string;
  readonly in: Interface;
  readonly out: Interface;
  readonly physin?: Interface;
  readonly physout?: Interface;
  readonly src: Address;
  readonly dst: Address;
  readonly sport: Port | null;
  readonly dport: Port | null;
  readonly mark: number;
  /** Rules in the chain: `policy:N` of a legacy trace counts one more. */
  readonly rules?: number;
}

const withPorts = new Set(["tcp", "udp", "udplite", "sctp", "dccp"]);

/** Steps that a kernel trace would show, as hops. It names the port that a packet came in by beside the device only. */
export function hopsOf(steps: readonly Step[]): Hop[] {
  const hops: Hop[] = [];
  for (const step of steps) {
    if (step.kind !== "rule" && step.kind !== "chain-end") continue;
    const { place, packet } = step;
    const noPorts = !withPorts.has(packet.proto);
    hops.push({
      hook: place.hook,
      table: place.table,
      chain: place.chain,
      rule: place.rule,
      kind: step.kind === "rule" ? "rule" : step.of,
      target: step.kind === "rule" ? step.target : null,
      verdict: step.verdict,
      in: packet.in,
      out: packet.out,
      ...(packet.physin === undefined || packet.in === null ? {} : { physin: packet.physin }),
      ...(packet.physout === undefined ? {} : { physout: packet.physout }),
      src: packet.src,
      dst: packet.dst,
      sport: noPorts ? null : packet.sport,
      dport: noPorts ? null : packet.dport,
      mark: packet.mark,
      ...(step.kind === "chain-end" ? { rules: step.rules } : {}),
    });
  }
  return hops;
}

/** A symbolic field agrees with any value that it may be. */
export const agrees = (ours: unknown, kernel: unknown): boolean => {
  const a = ours ?? null;
  const b = kernel ?? null;
  if (isSymbolic(a)) return b !== null && sameField(a, b as Address) !== "no";
  return a === b;
};

export const hopText = (hop: Partial<Record<keyof Hop, unknown>>): string => {
  const show = (value: unknown): string => (value === null || value === undefined ? "-" : fieldKey(value as Address));
  const rule = hop.rule === null || hop.rule === undefined ? `(${hop.kind})` : `:${hop.rule}`;
  const phys = hop.physin || hop.physout ? ` phys ${show(hop.physin)}/${show(hop.physout)}` : "";
  return `${hop.hook} ${hop.table} ${hop.chain}${rule} ${hop.target ?? ""} ${hop.verdict} in ${show(hop.in)} out ${show(hop.out)}${phys} ${show(hop.src)}:${show(hop.sport)} > ${show(hop.dst)}:${show(hop.dport)} mark ${hop.mark}`;
};
