import { prefixLength } from "../model/net/cidr.ts";
import { fromValue, type Ip, parseIp } from "../model/net/ip.ts";
import { printTarget } from "../model/netfilter/print-rule.ts";
import { type Rule, rulesOf } from "../model/netfilter/rule.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { services as servicesChain } from "./names.ts";
import { nodePortAddress } from "./node-address.ts";
import { chainOf, commentOf, destinationPortOf, jumpOf, rulesIn, type WordedRule } from "./rule-words.ts";
import type { KnownEndpoint, KnownService, ServiceKind, ServiceProto } from "./services.ts";

/** `"kube-system/kube-dns:dns cluster IP"` → name and kind, as kube-proxy words its comments. */
const endings: readonly (readonly [string, ServiceKind])[] = [
  [" cluster IP", "cluster-ip"],
  [" external IP", "external"],
  [" loadbalancer IP", "load-balancer"],
];
const serviceChain = /^KUBE-(SVC|SVL|EXT|XLB|FW)-/;

/** Services that the rules of iptables mode serve. Endpoints are followed on demand by `endpointsBehind`. */
export function* iptablesServices(snapshot: NodeSnapshot): Generator<KnownService> {
  for (const ruleset of snapshot.iptables.values()) {
    const followed: Followed = new Map();
    for (const r of rulesIn(ruleset, "nat", servicesChain)) {
      const jump = jumpOf(r);
      if (!jump || !serviceChain.test(jump)) continue;
      const at = serviceAddress(r);
      if (at)
        yield behindChain({ ...at, localPolicy: isLocalOnly(ruleset, jump), at: r.rule.at }, ruleset, jump, followed);
    }
    const node = nodePortAddress(snapshot, ruleset.family);
    for (const chain of [servicesChain, "KUBE-EXTERNAL-SERVICES"])
      for (const r of rulesIn(ruleset, "filter", chain)) {
        const refused = unusable(r, node);
        if (refused) yield refused;
      }
    if (!node) continue;
    for (const r of rulesIn(ruleset, "nat", "KUBE-NODEPORTS")) {
      const jump = jumpOf(r);
      const port = destinationPortOf(r);
      const proto = protoOf(r);
      if (!jump || !serviceChain.test(jump) || port === undefined || !proto) continue;
      const name = commentOf(r);
      const found = {
        address: node,
        port,
        proto,
        kind: "node-port",
        localPolicy: isLocalOnly(ruleset, jump),
        at: r.rule.at,
      } as const;
      yield behindChain(name ? { ...found, name } : found, ruleset, jump, followed);
    }
  }
}

/** What table filter refuses, or drops since 1.25: a Service without endpoints, or without any on this node. */
function unusable(r: WordedRule, node: Ip | undefined): KnownService | undefined {
  const comment = commentOf(r);
  const [, name, local] = /^(.*) has no (local )?endpoints$/.exec(comment ?? "") ?? [];
  if (name === undefined) return undefined;
  const own = { endpoints: [], endpointsKnown: local === undefined, at: r.rule.at };
  const policy = local === undefined ? {} : { localPolicy: true };
  const at = serviceAddress(r, name);
  if (at) return { ...at, kind: r.rule.chain === servicesChain ? at.kind : "external", ...policy, ...own };
  const port = destinationPortOf(r);
  const proto = protoOf(r);
  if (node === undefined || port === undefined || !proto || r.rule.header.destination) return undefined;
  return { address: node, port, proto, kind: "node-port", name, ...policy, ...own };
}

/** KUBE-XLB, KUBE-SVL, and a KUBE-EXT that treats pods and the node itself apart: 1.24 and later. */
function isLocalOnly(ruleset: Ruleset, chain: string): boolean {
  if (/^KUBE-(XLB|SVL)-/.test(chain)) return true;
  if (!/^KUBE-(EXT|FW)-/.test(chain)) return false;
  for (const r of rulesIn(ruleset, "nat", chain)) {
    if (/^(?:pod|masquerade LOCAL|route LOCAL) traffic for /.test(commentOf(r) ?? "")) return true;
    const next = jumpOf(r);
    if (next && /^KUBE-(XLB|EXT)-/.test(next) && chain.startsWith("KUBE-FW-")) return isLocalOnly(ruleset, next);
  }
  return false;
}

export const protoOf = (r: WordedRule): ServiceProto | undefined => {
  const proto = r.rule.header.proto;
  return proto && !proto.negated && (proto.is === "tcp" || proto.is === "udp" || proto.is === "sctp")
    ? proto.is
    : undefined;
};

export function serviceAddress(
  r: WordedRule,
  named?: string,
): Pick<KnownService, "address" | "port" | "proto" | "kind" | "name"> | undefined {
  const to = r.rule.header.destination;
  const port = destinationPortOf(r);
  const proto = protoOf(r);
  if (!to || to.negated || port === undefined || !proto) return undefined;
  const length = prefixLength(to.is);
  if (length !== (to.is.family === 4 ? 32 : 128)) return undefined;
  const comment = commentOf(r);
  const ending = endings.find(([text]) => comment?.endsWith(text));
  const name = named ?? (ending && comment ? comment.slice(0, -ending[0].length) : undefined);
  return {
    address: fromValue(to.is.family, to.is.base),
    port,
    proto,
    kind: ending?.[1] ?? "cluster-ip",
    ...(name ? { name } : {}),
  };
}

/** Endpoints are read only when somebody asks: a node may have a hundred thousand. */
function behindChain(
  service: Omit<KnownService, "endpoints" | "endpointsKnown">,
  ruleset: Ruleset,
  chain: string,
  followed: Followed,
): KnownService {
  let read: readonly KnownEndpoint[] | undefined;
  return {
    ...service,
    get endpoints() {
      read ??= endpointsBehind(ruleset, chain, followed);
      return read;
    },
    endpointsKnown: chainOf(ruleset, "nat", chain) !== undefined,
  };
}

/** What each chain of one ruleset leads to, once somebody asked. */
type Followed = Map<string, readonly KnownEndpoint[]>;

/** EXT to SVC to SEP is three; what jumps deeper is not kube-proxy's. */
const deepest = 6;
/** More endpoints than any service has: a bound for rules that lead everywhere. */
const mostEndpoints = 10_000;

/** Follows a service chain to the DNAT rules at its ends. Each chain is read once, however many lead into it. */
export function endpointsBehind(
  ruleset: Ruleset,
  chain: string,
  followed: Followed = new Map(),
  depth = 0,
): readonly KnownEndpoint[] {
  const known = followed.get(chain);
  if (known) return known;
  followed.set(chain, []);
  const found = new Map<string, KnownEndpoint>();
  const rules = chainOf(ruleset, "nat", chain)?.rules;
  for (const rule of rules ? rulesOf(rules) : []) {
    if (found.size >= mostEndpoints) break;
    const next = rule.target?.name;
    if (next === "DNAT") {
      const endpoint = goesTo(rule);
      if (endpoint) found.set(`${endpoint.address} ${endpoint.port}`, endpoint);
    } else if (depth < deepest && next && /^KUBE-(SVC|SVL|EXT|XLB|SEP)-/.test(next))
      for (const e of endpointsBehind(ruleset, next, followed, depth + 1)) found.set(`${e.address} ${e.port}`, e);
  }
  const list = [...found.values()];
  followed.set(chain, list);
  return list;
}

/** `-j DNAT --to-destination 10.244.1.2:80 --persistent` */
function goesTo({ target }: Rule): KnownEndpoint | undefined {
  const text = target ? / --to-destination (\S+)/.exec(printTarget(target))?.[1] : undefined;
  return text === undefined ? undefined : endpointOf(text);
}

/** `10.244.1.2:80`, `[fd00::2]:80`. */
export function endpointOf(text: string): KnownEndpoint | undefined {
  const found = /^\[?([^\]]*)\]?:(\d+)$/.exec(text);
  const address = found?.[1] === undefined ? undefined : parseIp(found[1]);
  return address === undefined ? undefined : { address, port: Number(found?.[2]) };
}
