import type { Words } from "../../base/words.ts";
import type { ClusterNode, Pod } from "../../model/kubernetes/cluster.ts";
import type { Endpoint, NoEndpoints, Service } from "../../model/kubernetes/service.ts";
import { counted } from "../counted.ts";
import type { Contribution } from "../format.ts";

/** What the tables or objects of a segment hold. */
export interface Found {
  readonly services: Service[];
  readonly endpoints: Endpoint[];
  readonly noEndpoints: NoEndpoints[];
  readonly nodes: ClusterNode[];
  readonly pods: Pod[];
  /** What objects say beside themselves: kube-proxy's configuration, ranges. */
  readonly more: Contribution[];
  /** Objects or parts of them are known to be missing. */
  partial: boolean;
  /** Objects and tables of any kind, also of those that natlens does not use; damaged ones, too. */
  objects: number;
}

export const nothingFound = (): Found => ({
  services: [],
  endpoints: [],
  noEndpoints: [],
  nodes: [],
  pods: [],
  more: [],
  partial: false,
  objects: 0,
});

/** Adds what `next` found. */
export function add(found: Found, next: Found): void {
  // one by one: a cluster has more objects than a call takes arguments
  for (const service of next.services) found.services.push(service);
  for (const endpoint of next.endpoints) found.endpoints.push(endpoint);
  for (const none of next.noEndpoints) found.noEndpoints.push(none);
  for (const node of next.nodes) found.nodes.push(node);
  for (const pod of next.pods) found.pods.push(pod);
  for (const said of next.more) found.more.push(said);
  found.partial ||= next.partial;
  found.objects += next.objects;
}

export function contributionsOf({ services, endpoints, noEndpoints, nodes, pods, more }: Found): Contribution[] {
  const list: Contribution[] = [];
  if (services.length > 0) list.push({ kind: "services", services });
  if (endpoints.length > 0 || noEndpoints.length > 0) list.push({ kind: "endpoints", endpoints, none: noEndpoints });
  if (nodes.length > 0 || pods.length > 0) list.push({ kind: "cluster", facts: { nodes, pods } });
  list.push(...more);
  return list.length > 0 ? list : [{ kind: "nothing" }];
}

export function countsOf(found: Found): { readonly n: number; readonly of: Words }[] {
  return [
    counted(found.services.length, "Service", "Services", "个 Service"),
    counted(found.endpoints.length, "endpoint", "endpoints", "个 endpoint"),
    counted(found.nodes.length, "node", "nodes", "个节点"),
    counted(found.pods.length, "pod", "pods", "个 Pod"),
  ].filter((c) => c.n > 0);
}
