import { type Ternary, ternary } from "../base/ternary.ts";
import type { Packet } from "../model/net/packet.ts";
import { type Interface, interfaceIs, isSymbolic } from "../model/net/symbolic.ts";
import type { MatchContext } from "../model/netfilter/matches/match.ts";
import { lookUp, type RouteResult } from "./routing.ts";
import type { Run } from "./run.ts";

/** Does some next hop of the route use the device (fib_info_nh_uses_dev)? */
export function usesDevice(route: RouteResult, dev: Interface): boolean {
  const pattern = typeof dev === "string" ? dev : "+";
  return (route.devs ?? [route.dev]).some((hop) => interfaceIs(hop, pattern) !== "no");
}

/** rpfilter_lookup_reverse (ipt_rpfilter.c, ip6t_rpfilter.c), for senders and interfaces that are known. */
export function wayBackBy(
  run: Run,
  { family, src, dst, mark, in: dev }: Packet,
  { loose, validMark, acceptLocal }: Parameters<MatchContext["wayBack"]>[1],
): Ternary {
  if (dev === "lo") return "yes";
  if (isSymbolic(src) || typeof dev !== "string") return "unknown";
  const back = lookUp(run, { family, dst: src, src: dst, mark: validMark ? mark : 0, iif: "lo", anyHop: true });
  if (back.type === "local") return ternary(acceptLocal);
  if (back.type !== "unicast") return "no";
  return loose ? "yes" : isSymbolic(back.dev) ? "unknown" : ternary(usesDevice(back, dev));
}
