import type { Address } from "../model/net/symbolic.ts";
import { selectAddress4 } from "./addresses.ts";
import type { RouteResult } from "./routing.ts";
import type { Run } from "./run.ts";
import { selectAddress6 } from "./source-address6.ts";

/** The source that a route gives a packet without one (ip_route_output_key_hash_rcu, net/ipv4/route.c). */
export function sourceFor(run: Run, route: RouteResult, dst: Address, family: 4 | 6): Address {
  if (route.source !== undefined) return route.source;
  if (route.type === "local") return dst;
  return family === 6 ? selectAddress6(run, route.dev, dst) : selectAddress4(run, route.dev, route.via ?? dst);
}
