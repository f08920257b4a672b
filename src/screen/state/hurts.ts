import type { Hurt, Symptom, Vantage } from "../../analysis/view.ts";
import { parseIp } from "../../model/net/ip.ts";

const words: readonly (readonly [RegExp, Vantage])[] = [
  [/hairpin|own service|自己的 ?service/i, "hairpin"],
  [/\bpod\b|容器/i, "pod"],
  [/outside|external|client|nodeport|节点外|外部|客户端/i, "external"],
];

/** As tools and people say it, the most particular first: `connect: No route to host`. */
const symptoms: readonly (readonly [RegExp, Symptom])[] = [
  [/no route|unreachable|E(?:HOST|NET)UNREACH|无路由|没有路由|不可达/i, "no-route"],
  [/refuse|ECONNREFUSED|拒绝/i, "refused"],
  [/\breset|\bRST\b|ECONNRESET|重置/i, "reset"],
  [
    /tim(?:es?|ed|ing)[ -]?out|timeout|ETIMEDOUT|\bhangs?\b|no (?:answer|reply|response)|超时|无响应|没有响应|卡住/i,
    "times-out",
  ],
  [
    /(?:wrong|other|another|different) (?:client|source)(?:'s)? (?:address|ip)|(?:client|source)(?:'s)? (?:address|ip) (?:is )?(?:wrong|lost|hidden)|(?:客户端|源)(?:地址| ?IP)(?:不对|错误|丢失|被隐藏)/i,
    "wrong-source",
  ],
];

/** The flow that the line "what hurts" names: an address and port, from where, by which protocol, and what is seen. */
export function hurtsFlow(text: string): Hurt | undefined {
  const found = /\[?((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]*:[0-9a-f:]+(?=\]))\]?:(\d{1,5})/i.exec(text);
  const to = found?.[1] && parseIp(found[1]);
  const port = Number(found?.[2]);
  if (!to || !Number.isInteger(port) || port < 1 || port > 65535) return undefined;
  const from = words.find(([pattern]) => pattern.test(text))?.[1] ?? "host";
  const proto = /\budp\b/i.test(text) ? "udp" : /\bsctp\b/i.test(text) ? "sctp" : "tcp";
  const bound = /(?:source|bound to|bind|-b|源地址)\s+((?:\d{1,3}\.){3}\d{1,3})/i.exec(text)?.[1];
  const source = bound ? parseIp(bound) : undefined;
  const symptom = symptoms.find(([pattern]) => pattern.test(text))?.[1];
  return { from, to, port, proto, ...(source ? { source } : {}), ...(symptom ? { symptom } : {}) };
}
