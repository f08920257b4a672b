import { markMasq, services } from "../../kube-proxy/names.ts";
import { commentOf, destinationPortOf, rulesIn } from "../../kube-proxy/rule-words.ts";
import type { KnownEndpoint, KnownService } from "../../kube-proxy/services.ts";
import { serviceHash } from "../../kube-proxy/writes/chain-names.ts";
import { cidrHas, printCidr } from "../../model/net/cidr.ts";
import { bitsOf, familyOf } from "../../model/net/ip.ts";
import { type Rule, ruleList } from "../../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import { endpointText } from "../../simulate/flow.ts";
import type { Side } from "../side.ts";
import { insertRule, replaceChain, replaceRule } from "./edit.ts";
import { ruleFrom } from "./rule-from.ts";

/** More endpoints take the same ways. */
const mostEndpoints = 8;

/** What kube-proxy in iptables mode writes for one address and port once it knows these endpoints, in place of what refuses it. */
export function serveWith(
  snapshot: NodeSnapshot,
  side: Side,
  service: KnownService,
  endpoints: readonly KnownEndpoint[],
): NodeSnapshot {
  const family = familyOf(service.address);
  const host = (address: string): string => `${address}/${bitsOf(family)}`;
  const { proto, port } = service;
  const chain = `KUBE-SVC-${serviceHash(service.name ?? service.address, proto)}`;
  const read = (text: string): Rule => ruleFrom(text, "nat", family);
  const used = endpoints.filter((e) => familyOf(e.address) === family).slice(0, mostEndpoints);
  const detector = side.detectors.get(family);
  const to = `-d ${host(service.address)} -p ${proto} -m ${proto} --dport ${port}`;
  const marking =
    service.kind !== "cluster-ip"
      ? [`-A ${chain} -j ${markMasq}`]
      : detector?.kind === "cidr"
        ? [`-A ${chain} ! -s ${printCidr(detector.cidr)} ${to} -j ${markMasq}`]
        : [];
  const drawing = used.map((_, i) => {
    const left = used.length - i;
    const draw = left > 1 ? `-m statistic --mode random --probability ${(1 / left).toFixed(11)} ` : "";
    return `-A ${chain} ${draw}-j ${chain}-${i}`;
  });
  let next = replaceChain(snapshot, family, "nat", chain, (c) => ({
    ...c,
    rules: ruleList([...marking, ...drawing].map((text, i) => ({ ...read(text), number: i + 1 }))),
  }));
  for (const [i, e] of used.entries()) {
    const own = `${chain}-${i}`;
    const rules = [
      `-A ${own} -s ${host(e.address)} -j ${markMasq}`,
      `-A ${own} -p ${proto} -m ${proto} -j DNAT --to-destination ${endpointText(e.address, e.port)}`,
    ].map((text, at) => ({ ...read(text), number: at + 1 }));
    next = replaceChain(next, family, "nat", own, (c) => ({ ...c, rules: ruleList(rules) }));
  }
  next = insertRule(next, family, read(`-A ${services} ${to} -j ${chain}`), 0);
  for (const name of [services, "KUBE-EXTERNAL-SERVICES"])
    for (const rule of [...rulesIn(next.iptables.get(family), "filter", name)]
      .filter((r) => refuses(r.rule, service, commentOf(r), destinationPortOf(r)))
      .reverse())
      next = replaceRule(next, family, rule.rule);
  return next;
}

/** `… has no endpoints" -j REJECT`, for this address or for its node port. */
function refuses(rule: Rule, service: KnownService, comment: string | undefined, port: number | undefined): boolean {
  if (port !== service.port || !/ has no (?:local )?endpoints$/.test(comment ?? "")) return false;
  const to = rule.header.destination;
  const proto = rule.header.proto;
  return (to ? cidrHas(to.is, service.address) : service.kind === "node-port") && proto?.is === service.proto;
}
