import type { Address } from "../model/net/symbolic.ts";
import { selectAddress } from "./addresses.ts";
import type { RouteResult } from "./routing.ts";
import type { Run } from "./run.ts";

/** The source that a route gives a packet without one (ip_route_output_key_hash_rcu, net/ipv4/route.c). */
export function sourceFor(run: Run, route: RouteResult, dst: Address, family: 4 | 6): Address {
  if (route.source !== undefined) return route.source;
  if (route.type === "local") return dst;
  return selectAddress(run, route.dev, route.via ?? dst, family);
}
