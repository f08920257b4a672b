import type { Flow } from "../../analysis/view.ts";
import { type Ip, parseIp } from "../../model/net/ip.ts";

const ip = (text: string): Ip => {
  const found = parseIp(text);
  if (found === undefined) throw new Error(`natlens bug: ${text} is no address`);
  return found;
};

/** Names for what the dumps of this scenario hold, so that a lesson can speak of it. */
export const service = ip("10.20.0.1");
export const nodeAddress = ip("10.19.136.10");
export const bridgeAddress = ip("172.16.136.1");
export const podRange = "172.16.128.0/17";
export const serviceRange = "10.20.0.0/16";
export const manualRule = `-t nat -A POSTROUTING -s ${service}/32 -j SNAT --to-source ${nodeAddress}`;

const to = { to: service, port: 443, proto: "tcp" } as const;
export const hostFlow: Flow = { from: "host", ...to };
export const boundFlow: Flow = { from: "host", source: nodeAddress, ...to };
export const podFlow: Flow = { from: "pod", source: ip("172.16.136.10"), ...to };
