import type { Flow } from "../../analysis/view.ts";
import { parseCidr } from "../../model/net/cidr.ts";
import { parseIp } from "../../model/net/ip.ts";

/** The flow with its client bound to the typed address; undefined if that is none. */
export function boundTo(flow: Flow, text: string): Flow | undefined {
  const source = parseIp(text);
  return source && { ...flow, source };
}

/** A range as kube-proxy takes it: with a prefix length. */
export const isRange = (text: string): boolean => text.includes("/") && parseCidr(text) !== undefined;
