import { familyOf } from "../model/net/ip.ts";
import { type Address, type Interface, isSymbolic } from "../model/net/symbolic.ts";
import { isLoopback, selectAddress4 } from "./addresses.ts";
import type { RouteResult } from "./routing.ts";
import type { Run } from "./run.ts";
import { selectAddress6 } from "./source-address6.ts";
import { sysctlOf } from "./sysctls.ts";

/** The source that a route gives a packet without one (ip_route_output_key_hash_rcu, net/ipv4/route.c). */
export function sourceFor(run: Run, route: RouteResult, dst: Address, family: 4 | 6): Address {
  if (route.source !== undefined) return route.source;
  if (route.type === "local") return dst;
  return family === 6 ? selectAddress6(run, route.dev, dst) : selectAddress4(run, route.dev, route.via ?? dst);
}

/** __mkroute_output (net/ipv4/route.c): EINVAL. IPv6 knows no such check. Seen on Linux 6.18. */
export const mayNotLeave = (run: Run, src: Address, dev: Interface): boolean =>
  isLoopback(src) && !isSymbolic(src) && familyOf(src) === 4 && dev !== "lo" && !sysctlOf(run, "route_localnet", dev);
