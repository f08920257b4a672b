import { words } from "../../base/words.ts";
import { servesOnlyLocally } from "../../kube-proxy/local-policy.ts";
import { clusterIpSet, plainSetName } from "../../kube-proxy/names.ts";
import { type KnownEndpoint, type KnownService, listedAt, serviceKey } from "../../kube-proxy/services.ts";
import { cidrHas } from "../../model/net/cidr.ts";
import { familyOf } from "../../model/net/ip.ts";
import { endpointText } from "../../simulate/flow.ts";
import type { Evidence } from "../finding.ts";
import { podSubnets } from "../flows.ts";
import type { Probe } from "../probe.ts";
import type { Case } from "../rules/rule.ts";
import type { Side } from "../side.ts";

/** What the other node and kubectl tell of the endpoints of a Service that has none on this node. */
export interface Elsewhere {
  /** none: some dump says that there is none; unknown: no dump says either. */
  readonly has: "some" | "none" | "unknown";
  /** Endpoints that this node could use, too. */
  readonly endpoints: readonly KnownEndpoint[];
  /** kubectl says so, rather than the other node alone. */
  readonly byKubectl: boolean;
  /** Only endpoints of the node itself may serve it here; unsure: it looks so, and nothing says. */
  readonly localOnly: "yes" | "no" | "unsure";
  readonly evidence: readonly Evidence[];
}

/** The Service that a flow goes to, as this node knows it. */
export const serviceOf = (p: Probe): KnownService | undefined =>
  p.side.served.get(serviceKey({ ...p.flow, address: p.flow.to }));

/** The same on another node: a node port stands on that node's own address. */
function onOther(other: Side, s: KnownService): KnownService | undefined {
  if (s.kind !== "node-port") return other.served.get(serviceKey(s));
  return other.services.find((o) => o.kind === "node-port" && o.port === s.port && o.proto === s.proto);
}

export function elsewhere({ side, other, clusters }: Case, p: Probe): Elsewhere {
  const service = serviceOf(p);
  const nothing = { endpoints: [], byKubectl: false, localOnly: "no", evidence: [] } as const;
  if (!service) return { has: "unknown", ...nothing };
  const listed = listedAt(side.snapshot, service);
  const there = other && clusters.same !== "no" ? onOther(other, service) : undefined;
  const ipvs = side.print.mode === "ipvs";
  const local = localHere(side, other, service, there, ipvs);
  if (listed?.none)
    return {
      has: "none",
      ...nothing,
      byKubectl: true,
      evidence: [
        {
          side: side.name,
          at: listed.none,
          says: words("kubectl lists no endpoint of it", "kubectl 没有列出它的任何 endpoint"),
        },
      ],
    };
  const known = listed && listed.endpoints.length > 0 ? listed.endpoints : (there?.endpoints ?? []);
  if (known.length > 0) {
    const fromList = listed !== undefined && listed.endpoints.length > 0;
    const [first] = known;
    const text = first ? endpointText(first.address, first.port) : "";
    return {
      has: "some",
      endpoints: known,
      byKubectl: fromList,
      localOnly: local,
      evidence: fromList
        ? [{ side: side.name, at: listed.service.at, says: words(`kubectl lists ${text}`, `kubectl 列出了 ${text}`) }]
        : other && there
          ? [
              {
                side: other.name,
                at: there.at,
                says: words(`the ${other.name} node sends it to ${text}`, `另一节点把它转到 ${text}`),
              },
            ]
          : [],
    };
  }
  if (other && there?.endpointsKnown)
    return {
      has: "none",
      ...nothing,
      localOnly: local,
      evidence: [
        {
          side: other.name,
          at: there.at,
          says: words("the other node has none for it, either", "另一节点上它也没有 endpoint"),
        },
      ],
    };
  return { has: "unknown", ...nothing, localOnly: local };
}

/** The policy is the Service's, so either node may tell it. Where nothing does, endpoints that are all pods of the other node itself leave a doubt. */
function localHere(
  side: Side,
  other: Side | undefined,
  service: KnownService,
  there: KnownService | undefined,
  ipvs: boolean,
): "yes" | "no" | "unsure" {
  const own = servesOnlyLocally(side.snapshot, service, ipvs);
  if (own !== "unsure" || !other || !there) return own === "unsure" ? "no" : own;
  const theirs = servesOnlyLocally(other.snapshot, there, other.print.mode === "ipvs");
  if (theirs !== "unsure") return theirs;
  // 1.9 takes the external policy for the cluster IP, too; the internal one came with 1.21
  const { atLeast, below } = side.print.range;
  const isClusterIp = [side, other].some((s) => inClusterIpSet(s, service));
  if (isClusterIp && atLeast && below && atLeast.minor >= 10 && below.minor <= 21) return "no";
  const subnets = podSubnets(other, familyOf(service.address));
  const allThere =
    subnets.length === 0 || there.endpoints.every((e) => subnets.some((subnet) => cidrHas(subnet, e.address)));
  return allThere ? "unsure" : "no";
}

/** A load balancer's address looks like a cluster IP where only virtual servers were pasted. */
function inClusterIpSet({ snapshot }: Side, { address, proto, port }: KnownService): boolean {
  const text = `${address},${proto}:${port}`;
  return [...snapshot.sets.byName.values()].some(
    (set) => plainSetName(set.name) === clusterIpSet && [...set.entries].some((e) => e.text === text),
  );
}
