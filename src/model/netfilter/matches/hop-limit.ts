import { negatedIf, type Ternary, ternary } from "../../../base/ternary.ts";
import type { Packet } from "../../net/packet.ts";
import type { Negatable } from "../rule.ts";

interface Comparison {
  readonly eq?: Negatable<number>;
  readonly lt?: Negatable<number>;
  readonly gt?: Negatable<number>;
}

/** Shared by IPv4's TTL and IPv6's hop limit: xt_hl.c ttl_mt, hl_mt6. */
export function hopLimitIs({ eq, lt, gt }: Comparison, packet: Packet): Ternary {
  const { ttl } = packet;
  if (ttl === undefined) return "unknown";
  if (eq) return negatedIf(eq.negated, ternary(ttl === eq.is));
  if (lt) return ternary(ttl < lt.is);
  return gt ? ternary(ttl > gt.is) : "yes";
}
