import type { ClusterFacts } from "../model/kubernetes/cluster.ts";
import type { Endpoint, Service } from "../model/kubernetes/service.ts";

/** The same Service from a table and from YAML becomes one, with what either says. */
export function mergeServices(known: readonly Service[], next: readonly Service[]): readonly Service[] {
  const list = [...known];
  const keyOf = (s: Service): string => `${s.name} ${s.clusterIps[0] ?? ""}`;
  const byIp = new Map<string, number>();
  for (const [i, s] of list.entries()) byIp.set(keyOf(s), i);
  for (const service of next) {
    const at = byIp.get(keyOf(service));
    const first = at === undefined ? undefined : list[at];
    const same =
      first &&
      (first.namespace === undefined || service.namespace === undefined || first.namespace === service.namespace);
    if (same && at !== undefined) list[at] = mergedService(first, service);
    else {
      byIp.set(keyOf(service), list.length);
      list.push(service);
    }
  }
  return list;
}

/** Fields of the first, else of the second; lists from whichever says more: a table cuts and leaves out. */
function mergedService(first: Service, next: Service): Service {
  const longer = <T>(a: readonly T[], b: readonly T[]): readonly T[] => (b.length > a.length ? b : a);
  const told = first.ports.some((p) => p.name !== undefined || p.targetPort !== undefined);
  return {
    ...next,
    ...first,
    clusterIps: longer(first.clusterIps, next.clusterIps),
    externalIps: longer(first.externalIps, next.externalIps),
    loadBalancerIps: longer(first.loadBalancerIps, next.loadBalancerIps),
    ports: told || next.ports.length === 0 ? first.ports : next.ports,
  };
}

/** The same address from a table, Endpoints and a slice is one endpoint; what more is said of it is added. */
export function mergeEndpoints(known: readonly Endpoint[], next: readonly Endpoint[]): readonly Endpoint[] {
  const key = (e: Endpoint): string => `${e.service} ${e.address} ${e.port}`;
  const list = [...known];
  const places = new Map<string, number[]>();
  for (const [i, e] of list.entries()) places.set(key(e), [...(places.get(key(e)) ?? []), i]);
  for (const endpoint of next) {
    const at = (places.get(key(endpoint)) ?? []).find((i) => {
      const first = list[i];
      return (
        first !== undefined &&
        agree(first.namespace, endpoint.namespace) &&
        agree(first.portName, endpoint.portName) &&
        agree(first.proto, endpoint.proto)
      );
    });
    const first = at === undefined ? undefined : list[at];
    if (first && at !== undefined) list[at] = { ...endpoint, ...first };
    else {
      places.set(key(endpoint), [...(places.get(key(endpoint)) ?? []), list.length]);
      list.push(endpoint);
    }
  }
  return list;
}

const agree = (a: string | undefined, b: string | undefined): boolean => a === undefined || b === undefined || a === b;

/** Facts of one node or pod from several dumps become one; the first word on each counts. */
export function mergeCluster(known: ClusterFacts, next: Partial<ClusterFacts>): ClusterFacts {
  const range = (r: ClusterFacts["podRanges"][number]): string =>
    `${r.from} ${r.cidr.family} ${r.cidr.base}/${r.cidr.mask}`;
  return {
    nodes: joined(
      known.nodes,
      next.nodes,
      (n) => n.name,
      (a, b) => ({
        ...b,
        ...a,
        internalIps: a.internalIps.length > 0 ? a.internalIps : b.internalIps,
        externalIps: a.externalIps.length > 0 ? a.externalIps : b.externalIps,
        podCidrs: a.podCidrs.length > 0 ? a.podCidrs : b.podCidrs,
      }),
    ),
    pods: joined(
      known.pods,
      next.pods,
      (p) => `${p.namespace ?? ""}/${p.name}`,
      (a, b) => ({ ...b, ...a, podIps: a.podIps.length > 0 ? a.podIps : b.podIps }),
    ),
    podRanges: joined(known.podRanges, next.podRanges, range, (a) => a),
    serviceRanges: joined(known.serviceRanges, next.serviceRanges, range, (a) => a),
  };
}

function joined<T>(
  known: readonly T[],
  next: readonly T[] | undefined,
  keyOf: (item: T) => string,
  merge: (first: T, second: T) => T,
): readonly T[] {
  if (!next) return known;
  const byKey = new Map(known.map((item) => [keyOf(item), item]));
  for (const item of next) {
    const first = byKey.get(keyOf(item));
    byKey.set(keyOf(item), first ? merge(first, item) : item);
  }
  return [...byKey.values()];
}
