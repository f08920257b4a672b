import type { Negatable } from "../rule.ts";
import { number } from "../values/number.ts";
import type { TargetEffect } from "./target.ts";

/** A value to set. */
export const hops = number(0, 255);
/** A step up or down. */
export const hopStep = number(1, 255);

interface Change {
  readonly set?: Negatable<number>;
  readonly dec?: Negatable<number>;
  readonly inc?: Negatable<number>;
}

/** Shared by IPv4's TTL and IPv6's hop limit: xt_HL.c. */
export function hopLimitEffect({ set, dec, inc }: Change): TargetEffect {
  if (set) return { kind: "ttl", operation: "set", value: set.is };
  return dec
    ? { kind: "ttl", operation: "dec", value: dec.is }
    : { kind: "ttl", operation: "inc", value: inc?.is ?? 0 };
}
