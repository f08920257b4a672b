/*
 * What it finds: the cluster CIDR in kube-proxy's rules does not hold the addresses that pods really have, so pods are taken for
 *   strangers and what they send to cluster IPs is masqueraded.
 * What it harms: connections work, but servers and network policies see the node's address in place of the pod's. A risk.
 * How sure: where addresses or routes show this node's pods, the flow is simulated from there. Where only the endpoints of
 *   Services are known, and none of several lies in the range, it is possible: they may all be host processes.
 * Fix: --cluster-cidr with the range of the pods.
 * References: pkg/proxy/iptables/proxier.go, localDetector.IfNotLocal.
 */
import { words } from "../../base/words.ts";
import { type Cidr, cidrHas, cidrOf, cidrsMeet, printCidr } from "../../model/net/cidr.ts";
import { type Family, familyOf, type Ip } from "../../model/net/ip.ts";
import { inWords, isSymbolic } from "../../model/net/symbolic.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence } from "../finding.ts";
import { toolFor } from "../fix/commands.ts";
import { podCidr } from "../fix/pod-cidr.ts";
import { coversServices, podSubnets } from "../flows.ts";
import { type Probe, probe, sourceSeen } from "../probe.ts";
import type { Side } from "../side.ts";
import { hiddenPods, hidesPod, podRangeRemedy, showsPod } from "./hidden-clients.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

/** The pod that sends is known to have no address of the range. */
function comesFromOutside(p: Probe, cidr: Cidr): boolean {
  const source = p.trace.summary.sourceChosen;
  if (source === undefined) return false;
  if (!isSymbolic(source)) return !cidrHas(cidr, source);
  return source.within !== undefined && !cidrsMeet(source.within, cidr);
}

/**
 * Endpoints that look like pods, where no dump shows this node's own: those of cluster IPs but the API's, on no network of
 * the node itself. Undefined where one lies in the range, or where they are too few to say anything.
 */
function endpointsOutside(side: Side, family: Family, cidr: Cidr): readonly Ip[] | undefined {
  if (podSubnets(side, family).length > 0) return undefined;
  const near = side.snapshot.links.list.flatMap((l) => l.addresses.map((a) => cidrOf(a.address, a.prefix)));
  const found = new Set<Ip>();
  let isDns = false;
  for (const s of side.services.slice(0, 500)) {
    if (s.kind !== "cluster-ip" || familyOf(s.address) !== family || s.name?.startsWith("default/kubernetes")) continue;
    for (const { address, port } of s.endpoints.slice(0, 20)) {
      if (cidrHas(cidr, address)) return undefined;
      if (port === 6443 || near.some((n) => cidrHas(n, address))) continue;
      found.add(address);
      if (s.name?.startsWith("kube-system/kube-dns")) isDns = true;
    }
  }
  return isDns || found.size >= 3 ? [...found] : undefined;
}

export const clusterCidrDoesNotCoverPods: DefectRule = {
  id: "cluster-cidr-does-not-cover-pods",

  find(subject: Case): Sighting[] {
    const { side } = subject;
    const sightings: Sighting[] = [];
    for (const [family, detector] of side.detectors) {
      if (detector.kind !== "cidr" || side.standIn || coversServices(side, detector.cidr)) continue;
      const own = hiddenPods(subject.probes, family).filter((p) => comesFromOutside(p, detector.cidr));
      const guessed = own.length > 0 ? undefined : endpointsOutside(side, family, detector.cidr);
      const [source] = guessed ?? [];
      const probes =
        source === undefined
          ? own
          : subject.probes
              .filter((p) => p.flow.from === "pod" && familyOf(p.flow.to) === family)
              .map((p) => probe(side, { ...p.flow, source }))
              .filter(hidesPod);
      if (probes.length === 0) continue;
      const cidr = podCidr(subject, family);
      const model = source === undefined || cidr.known ? cidr.model : cidrOf(source, family === 4 ? 16 : 48);
      sightings.push({
        id: "cluster-cidr-does-not-cover-pods",
        kind: "risk",
        side,
        family,
        probes,
        remedies: [podRangeRemedy(family, detector.cidr, { ...cidr, model })],
        healed: showsPod,
        missteps: [],
        evidence: [
          {
            side: side.name,
            at: detector.at,
            says: words(
              `spares only what comes from ${printCidr(detector.cidr)}`,
              `只放过来自 ${printCidr(detector.cidr)} 的报文`,
            ),
          },
          ...podEvidence(side, family, detector.cidr, source),
        ],
        byAbsence: false,
        ...(source === undefined ? {} : { atMost: "possible" }),
      });
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const detector = side.detectors.get(family);
    const range = detector?.kind === "cidr" ? printCidr(detector.cidr) : "";
    const from = first?.trace.summary.sourceChosen;
    const pod = from === undefined ? words("a pod", "Pod") : inWords(from);
    const seen = first && sourceSeen(first);
    const as = seen === undefined ? words("the node's address", "节点的地址") : inWords(seen);
    return {
      title: words(
        `The cluster CIDR ${range} does not cover the pods: their connections to Services are masqueraded`,
        `cluster CIDR ${range} 不包含 Pod 的地址：Pod 访问 Service 的连接被 MASQUERADE`,
      ),
      what: words(
        `On the ${side.name} node kube-proxy takes whatever is not in ${range} for a stranger. A connection of ${pod.en} to ${to} gets through, and the server sees ${as.en} as the client.`,
        `${sideWords[side.name]}上的 kube-proxy 把 ${range} 之外的来源都当作集群外部。${pod["zh-CN"]} 到 ${to} 的连接可以成功，但服务端看到的客户端是 ${as["zh-CN"]}。`,
      ),
      why: words(
        "Logs and network policies by pod then judge the node: what allows the pod does not allow the node, and the other way round.",
        "日志和按 Pod 制定的网络策略于是只能针对节点：放行 Pod 的策略并不放行节点，反之亦然。",
      ),
      verify: [`${toolFor(family)} -t nat -S | grep -- '! -s' | grep KUBE-MARK-MASQ   # the range must hold the pods`],
    };
  },
};

/** Where the dumps show that pods have other addresses. */
function podEvidence(side: Side, family: Family, cidr: Cidr, endpoint: Ip | undefined): Evidence[] {
  const says = words("pods of this node have other addresses", "本节点 Pod 的地址在别的网段");
  for (const subnet of podSubnets(side, family)) {
    if (cidrsMeet(subnet, cidr)) continue;
    const line = side.snapshot.links.list
      .flatMap((l) => l.addresses)
      .find((a) => familyOf(a.address) === family && cidrHas(subnet, a.address));
    const route = side.snapshot.routes.list.find((r) => r.to.base === subnet.base && r.to.mask === subnet.mask);
    const at = line?.at ?? route?.at;
    if (at) return [{ side: side.name, at, says }];
  }
  const service = side.services.find((s) => s.endpoints.slice(0, 20).some((e) => e.address === endpoint));
  return service
    ? [
        {
          side: side.name,
          at: service.at,
          says: words(`its endpoint ${endpoint} is not in that range`, `它的端点 ${endpoint} 不在该网段内`),
        },
      ]
    : [];
}
