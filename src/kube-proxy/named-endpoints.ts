import type { Ip } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { endpointsBehind } from "./iptables-services.ts";
import type { OddChain } from "./odd-chain.ts";
import type { KnownEndpoint, KnownService } from "./services.ts";
import { serviceHash } from "./writes/chain-names.ts";

/**
 * Endpoints as the chains' names tell them: kube-proxy made the names, and what a hand changed in the rules made none. An
 * endpoint that the rules send to and no name tells of is none of the Service's.
 */
export function asNamed(
  services: readonly KnownService[],
  odd: readonly OddChain[],
  snapshot: NodeSnapshot,
): readonly KnownService[] {
  const changed = new Map<string, OddChain[]>();
  for (const o of odd)
    if (o.kind === "other-service" || (o.kind === "other-endpoint" && o.named))
      changed.set(o.service, [...(changed.get(o.service) ?? []), o]);
  if (changed.size === 0) return services;
  return services.map((s) => {
    const own = s.name === undefined ? undefined : changed.get(s.name);
    return own ? { ...s, ...namedOf(s, own, snapshot) } : s;
  });
}

const same = (a: KnownEndpoint, b: KnownEndpoint): boolean => a.address === b.address && a.port === b.port;
const familyIs = (family: 4 | 6, address: Ip): boolean => address.includes(":") === (family === 6);

function namedOf(
  s: KnownService,
  odd: readonly OddChain[],
  snapshot: NodeSnapshot,
): Pick<KnownService, "endpoints" | "endpointsKnown"> {
  let endpoints = s.endpoints;
  for (const o of odd) {
    if (!familyIs(o.family, s.address)) continue;
    if (o.kind === "other-endpoint" && o.named) {
      const { named, goes, stranger } = o;
      endpoints = [...endpoints.filter((e) => !same(e, named) && !(stranger && same(e, goes))), named];
    }
    const ruleset = snapshot.iptables.get(o.family);
    if (o.kind === "other-service" && ruleset) {
      const strange = endpointsBehind(ruleset, o.leads);
      const own = ["SVC", "SVL"].flatMap((kind) =>
        endpointsBehind(ruleset, `KUBE-${kind}-${serviceHash(o.service, s.proto)}`),
      );
      endpoints = [
        ...endpoints.filter((e) => !strange.some((x) => same(e, x)) || own.some((x) => same(e, x))),
        ...own.filter((x) => !endpoints.some((e) => same(e, x))),
      ];
    }
  }
  return { endpoints, endpointsKnown: s.endpointsKnown };
}
