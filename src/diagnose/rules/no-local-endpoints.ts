/*
 * What it finds: a Service with a Local traffic policy has no endpoint on this node: the rule "has no local endpoints" drops what
 *   comes (iptables mode), its virtual server is empty (IPVS mode up to 1.23), or has only servers elsewhere, which
 *   answer an outside client past this node (IPVS mode since 1.24).
 * Why traffic breaks: with that policy kube-proxy sends nothing to other nodes.
 * How sure: that is how the policy is meant, so it is no more than possible unless somebody asked for this flow.
 * Fix: pods on this node, the policy Cluster, or a load balancer that asks the health check port.
 * References: kubernetes 75262, 91812, 124260, 131765; metallb 290, 2751; PR 97081; pkg/proxy/iptables/proxier.go, 1.9 to 1.36.
 */
import { words } from "../../base/words.ts";
import { cidrHas } from "../../model/net/cidr.ts";
import { familyOf } from "../../model/net/ip.ts";
import { isSymbolic } from "../../model/net/symbolic.ts";
import { sideWords } from "../borrow.ts";
import { elsewhere, serviceOf } from "../evidence/elsewhere.ts";
import type { Evidence, Fix } from "../finding.ts";
import { podSubnets } from "../flows.ts";
import type { Probe } from "../probe.ts";
import { endingBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { isAsked, named } from "./service-words.ts";
import { flowText } from "./unmarked.ts";

/** The rule on the flow's way that says so. */
function saidBy(p: Probe): Evidence | undefined {
  for (const step of p.trace.steps)
    if (step.kind === "rule" && step.place.at && step.text.includes(" has no local endpoints"))
      return {
        side: p.side.name,
        at: step.place.at,
        says: words("kube-proxy knows of no endpoint on this node", "kube-proxy 在本节点上没有该 Service 的 endpoint"),
      };
  return undefined;
}

/** IPVS has no server here, or only such as answer past this node, for what may be served by the node's own pods only. */
function emptyServer(subject: Case, p: Probe): Evidence | undefined {
  const { reason } = p.trace.ending;
  if (reason !== "no-real-server" && !(reason === "reply-bypasses-node" && p.flow.from === "external"))
    return undefined;
  const there = elsewhere(subject, p);
  const step = p.trace.steps.find((s) => s.kind === "ipvs" && s.what !== "reply");
  if (there.localOnly !== "yes" || there.has === "none" || step?.kind !== "ipvs" || !step.at) return undefined;
  if (reason !== "no-real-server" && mayBeHere(p)) return undefined;
  return {
    side: p.side.name,
    at: step.at,
    says:
      reason === "no-real-server"
        ? words(`${flowText(p)} has no real server here`, `${flowText(p)} 在此没有真实服务器`)
        : words("this server is on another node", "该服务器在另一节点上"),
  };
}

/** The server may be a pod of this node: what was pasted does not show where those are. */
function mayBeHere({ side, flow, trace }: Probe): boolean {
  const server = trace.summary.dnatTo?.address;
  const subnets = podSubnets(side, familyOf(flow.to));
  if (server === undefined || isSymbolic(server) || subnets.length === 0) return true;
  return subnets.some((subnet) => cidrHas(subnet, server));
}

export const noLocalEndpoints: DefectRule = {
  id: "no-local-endpoints",

  find(subject: Case): Sighting[] {
    const { side, other, wanted, failing } = subject;
    // what is as it should be is told of the node that somebody complains of
    if (other && side.name === "healthy") return [];
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(
      failing,
      "rule-drop",
      // what it marks is dropped in table filter, which may not have been pasted
      "not-translated",
      "outside-address-not-taken",
      "no-real-server",
      "reply-bypasses-node",
    )) {
      const shown = new Map(all.map((p) => [p, saidBy(p) ?? emptyServer(subject, p)]));
      const empty = all.filter((p) => shown.get(p));
      const asked = empty.filter((p) => wanted && isAsked(p, wanted));
      const probes = asked.length > 0 ? asked : empty;
      const [first] = probes;
      if (!first) continue;
      sightings.push({
        id: "no-local-endpoints",
        side,
        family,
        probes,
        remedies: [],
        advice: adviceFor(first),
        missteps: [],
        ...(asked.length > 0 ? {} : { atMost: "possible" }),
        evidence: [...probes.slice(0, 3).flatMap((p) => shown.get(p) ?? []), ...elsewhere(subject, first).evidence],
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain({ side, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const name = named(first && serviceOf(first))?.name ?? to;
    return {
      title: words(`${name} has no endpoint on this node`, `${name} 在本节点上没有 endpoint`),
      what: words(
        `The traffic policy of ${name} is Local, and no pod of it runs on the ${side.name} node: what comes to ${to} is not passed on to other nodes.`,
        `${name} 的流量策略为 Local，而${sideWords[side.name]}上没有它的 Pod：到达 ${to} 的流量不会转到其他节点。`,
      ),
      why: words(
        "The policy keeps the client's address at this price. A load balancer must send clients only to nodes that have a pod.",
        "该策略以此为代价保留客户端地址。负载均衡器必须只把客户端送到有 Pod 的节点。",
      ),
      verify: [
        `kubectl get endpointslices --all-namespaces -o wide   # an endpoint of ${name} on this node`,
        "curl -s -o /dev/null -w '%{http_code}\\n' http://NODE:HEALTH_CHECK_NODE_PORT/healthz   # 200 where a pod is, 503 elsewhere",
      ],
    };
  },
};

function adviceFor(p: Probe): Fix[] {
  const service = named(serviceOf(p));
  const which = service ? `-n ${service.namespace} ${service.service}` : "-n NAMESPACE SERVICE";
  const policy = serviceOf(p)?.kind === "cluster-ip" ? "internalTrafficPolicy" : "externalTrafficPolicy";
  return [
    {
      kind: "config",
      text: "healthCheckNodePort",
      says: words(
        "Let the load balancer ask this port of each node, and send clients to nodes that answer 200; or run a pod of the Service on each node that clients use. It changes nothing on the node.",
        "让负载均衡器探测各节点的这个端口，只把客户端送到返回 200 的节点；或在客户端访问的每个节点上运行该 Service 的 Pod。节点本身不变。",
      ),
    },
    {
      kind: "command",
      text: `kubectl patch service ${which} -p '{"spec":{"${policy}":"Cluster"}}'`,
      says: words(
        "For new connections, on all nodes, for good: any node then serves any client, and servers see a node's address instead of the client's. Undo with Local.",
        "对新连接生效，作用于所有节点且持久：任何节点都能服务任何客户端，但服务端看到的是节点地址而非客户端地址。改回 Local 即撤销。",
      ),
    },
  ];
}
