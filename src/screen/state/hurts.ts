import type { Flow, Vantage } from "../../analysis/view.ts";
import { parseIp } from "../../model/net/ip.ts";

const words: readonly (readonly [RegExp, Vantage])[] = [
  [/hairpin|own service|自己的 ?service/i, "hairpin"],
  [/\bpod\b|容器/i, "pod"],
  [/outside|external|client|nodeport|节点外|外部|客户端/i, "external"],
];

/** The flow that the line "what hurts" names: an address and port, from where, by which protocol. */
export function hurtsFlow(text: string): Flow | undefined {
  const found = /\[?((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]*:[0-9a-f:]+(?=\]))\]?:(\d{1,5})/i.exec(text);
  const to = found?.[1] && parseIp(found[1]);
  const port = Number(found?.[2]);
  if (!to || !Number.isInteger(port) || port < 1 || port > 65535) return undefined;
  const from = words.find(([pattern]) => pattern.test(text))?.[1] ?? "host";
  const proto = /\budp\b/i.test(text) ? "udp" : /\bsctp\b/i.test(text) ? "sctp" : "tcp";
  const bound = /(?:source|bound to|bind|-b|源地址)\s+((?:\d{1,3}\.){3}\d{1,3})/i.exec(text)?.[1];
  const source = bound ? parseIp(bound) : undefined;
  return { from, to, port, proto, ...(source ? { source } : {}) };
}
