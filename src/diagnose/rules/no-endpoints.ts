/*
 * What it finds: a Service without endpoints: the rule "has no endpoints" refuses it (iptables mode), or its virtual server has
 *   no usable real server (IPVS mode), and nothing says that it has some elsewhere. In iptables mode also: it has some
 *   elsewhere, and only this node's kube-proxy has not heard of them (in IPVS mode that is no-real-servers).
 * Why traffic breaks: kube-proxy refuses what it has no server for.
 * How sure: a Service may be empty because somebody wants it so. It is no more than possible unless somebody asked for this flow,
 *   or printed just this Service's endpoints; a stale node is as sure as what tells of the endpoints.
 * Fix: the selector, or what keeps the pods from being ready; kube-proxy, where it alone says so.
 * References: Kubernetes' Debug Services page; calico 2024; pkg/proxy/iptables/proxier.go, 1.9 to 1.36.
 */
import { words } from "../../base/words.ts";
import { commentOf, wordedRule } from "../../kube-proxy/rule-words.ts";
import { familyOf } from "../../model/net/ip.ts";
import { type Elsewhere, elsewhere, serviceOf } from "../evidence/elsewhere.ts";
import type { Certainty, Evidence, Fix } from "../finding.ts";
import { restartKubeProxy } from "../fix/commands.ts";
import { serveWith } from "../fix/service-rules.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { endingBy, endsAt, groupedBy, rulesAt } from "./ending.ts";
import type { Case, DefectRule, Remedy, Sighting } from "./rule.ts";
import { isAsked, named, serviceOfFlow } from "./service-words.ts";
import { flowText } from "./unmarked.ts";

/** Where the flow is refused for want of endpoints. */
function refusedAt(p: Probe): Evidence | undefined {
  const side = p.side.name;
  if (p.trace.ending.reason === "no-real-server") {
    const step = p.trace.steps.find((s) => s.kind === "ipvs" && s.what === "no-real-server");
    return step?.kind === "ipvs" && step.at
      ? {
          side,
          at: step.at,
          says: words(`${flowText(p)} has no usable real server`, `${flowText(p)} 没有可用的真实服务器`),
        }
      : undefined;
  }
  const place = endsAt(p);
  // in IPVS mode no such rule is written: there it is left over
  const rule = place && p.side.print.mode !== "ipvs" ? rulesAt(p, place, familyOf(p.flow.to)) : undefined;
  return rule && commentOf(wordedRule(rule))?.endsWith(" has no endpoints")
    ? {
        side,
        at: rule.at,
        says: words("kube-proxy refuses a Service without endpoints", "kube-proxy 拒绝没有 endpoint 的 Service"),
      }
    : undefined;
}

type Why = "stale" | "none" | "unknown";

function whyOf(p: Probe, there: Elsewhere): Why | undefined {
  // of a Local policy, others speak
  if (there.localOnly === "yes" && there.has !== "none") return undefined;
  if (there.has !== "some") return there.has;
  return p.trace.ending.reason === "rule-reject" ? "stale" : undefined;
}

function sureOf({ side, wanted, clusters }: Case, p: Probe, why: Why, there: Elsewhere): Certainty {
  if (why === "stale") return there.byKubectl || clusters.same === "yes" ? "certain" : "likely";
  const asked = wanted !== undefined && isAsked(p, wanted);
  if (why === "unknown") return asked ? "likely" : "possible";
  // a listing of the whole cluster asks for no Service in particular
  const listed = there.byKubectl && side.snapshot.endpoints.coverage !== "whole";
  return asked || listed ? "certain" : "possible";
}

export const noEndpoints: DefectRule = {
  id: "no-endpoints",

  find(subject: Case): Sighting[] {
    const { side, other, wanted, failing } = subject;
    if (side.snapshot.borrowed.includes("ipvs")) return [];
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, "no-real-server", "rule-reject")) {
      const refused = all.filter((p) => refusedAt(p) !== undefined);
      const asked = wanted !== undefined && refused.some((p) => isAsked(p, wanted));
      const known = new Map(refused.map((p) => [p, elsewhere(subject, p)]));
      const groups = groupedBy(refused, (p) => {
        const there = known.get(p);
        const why = there && whyOf(p, there);
        // what holds for the cluster is told once
        if (!why || (why !== "stale" && other && side.name === "healthy")) return undefined;
        const sure = sureOf(subject, p, why, there);
        // where somebody asks for one Service, others that may well be empty are no answer
        return asked && sure === "possible" ? undefined : `${why} ${sure}`;
      });
      for (const [key, probes] of groups) {
        const [first] = probes;
        const there = first && known.get(first);
        if (!there) continue;
        const [about, sure] = key.split(" ") as [Why, Certainty];
        sightings.push({
          id: "no-endpoints",
          side,
          family,
          about,
          probes,
          remedies: about === "stale" ? [hearAgain(side, probes, known)] : [],
          advice: [lookAt(first)],
          missteps: [],
          atMost: sure,
          evidence: [...probes.slice(0, 3).flatMap((p) => refusedAt(p) ?? []), ...there.evidence],
          byAbsence: false,
        });
      }
    }
    return sightings;
  },

  explain({ side, probes, about }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const service = named(first && serviceOf(first));
    const name = service?.name ?? to;
    const others = new Set(probes.map((p) => serviceOfFlow(serviceOf(p)))).size - 1;
    const names =
      others > 0
        ? words(
            `${name} and ${others} more Services have no endpoints`,
            `${name} 等 ${others + 1} 个 Service 没有 endpoint`,
          )
        : words(`${name} has no endpoints`, `${name} 没有 endpoint`);
    if (about === "stale")
      return {
        title: words(
          "kube-proxy of this node has not heard of a Service's endpoints",
          "本节点的 kube-proxy 没有收到某个 Service 的 endpoint",
        ),
        what: words(
          `On the ${side.name} node ${to} is refused as a Service without endpoints, while it has some elsewhere.`,
          `${side.name === "healthy" ? "正常" : "异常"}节点把 ${to} 当作没有 endpoint 的 Service 拒绝，而它在别处有 endpoint。`,
        ),
        why: words(
          "kube-proxy here works with old data: it lost its connection to the API server, or hangs.",
          "这里的 kube-proxy 用的是旧数据：它与 API server 断开了连接，或已卡住。",
        ),
        verify: [`iptables-save | grep -F '${name} has no endpoints'   # no line`],
      };
    return {
      title: names,
      what: words(
        `${to} is refused at once: there is no ready pod behind the Service${about === "none" ? "" : ", as far as this node knows"}.`,
        `${to} 会被立即拒绝：该 Service 后面没有就绪的 Pod${about === "none" ? "" : "（就本节点所知）"}。`,
      ),
      why: words(
        "Its selector matches no pod, the pods are not ready, or somebody wants it so. The node does what it should.",
        "它的 selector 没有匹配到 Pod、Pod 未就绪，或有意如此。节点的行为是正确的。",
      ),
      verify: [
        service
          ? `kubectl -n ${service.namespace} get endpoints ${service.service}   # an address in the column ENDPOINTS`
          : `kubectl get services --all-namespaces | grep -F '${first?.flow.to ?? ""}'`,
      ],
    };
  },
};

/** kube-proxy hears of the endpoints, and writes their rules. */
const hearAgain = (side: Side, probes: readonly Probe[], known: ReadonlyMap<Probe, Elsewhere>): Remedy => ({
  fixes: [restartKubeProxy],
  holds: words(
    "Shown with the rules that kube-proxy writes for the endpoints known elsewhere.",
    "以 kube-proxy 为别处已知的 endpoint 所写的规则验证。",
  ),
  apply: (snapshot) =>
    probes.reduce((next, p) => {
      const service = serviceOf(p);
      return service ? serveWith(next, side, service, known.get(p)?.endpoints ?? []) : next;
    }, snapshot),
});

/** Shows why no pod stands behind the Service. */
function lookAt(p: Probe): Fix {
  const service = named(serviceOf(p));
  return {
    kind: "command",
    text: service
      ? `kubectl -n ${service.namespace} get service ${service.service} -o wide; kubectl -n ${service.namespace} get pods --show-labels`
      : `kubectl get services --all-namespaces -o wide | grep -F '${p.flow.to}'`,
    says: words(
      "Changes nothing: shows the Service's selector, and whether pods with these labels are ready. Put the selector right, or what keeps them from being ready.",
      "不改变任何东西：显示该 Service 的 selector，以及带这些标签的 Pod 是否就绪。请修正 selector，或排除 Pod 未就绪的原因。",
    ),
  };
}
