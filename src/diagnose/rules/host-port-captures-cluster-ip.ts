/*
 * What it finds: a packet to a Service meets the rule of a pod's host port before kube-proxy's, and is sent to that pod.
 * Why traffic breaks: host ports are for every local address, and in IPVS mode the addresses of Services are local (kube-ipvs0). So
 *   the API at 443 is dead where an ingress controller has host port 443. A pod of its own node answers instead, or nobody.
 * How sure: the trace is translated by the host port's rule, and goes where it should once kube-proxy comes first.
 * Fix: the jump to the host ports below the one to KUBE-SERVICES; since 1.11 that chain then accepts what is for a Service.
 * References: kubernetes 61938, 66103; PR 62718.
 */
import { words } from "../../base/words.ts";
import { hostPortJumps, isHostPortChain } from "../../kube-proxy/host-ports.ts";
import { clusterIpSet, plainSetName, services } from "../../kube-proxy/names.ts";
import { jumpOf, rulesIn, setsOf } from "../../kube-proxy/rule-words.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import { fieldKey } from "../../model/net/symbolic.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import { endpointText } from "../../simulate/flow.ts";
import type { Step } from "../../simulate/trace.ts";
import { sideWords } from "../borrow.ts";
import { commandLines, toolFor } from "../fix/commands.ts";
import { appendRule, replaceRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Probe } from "../probe.ts";
import { rulesAt } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText, servedHere } from "./unmarked.ts";

/** The rule of a host port that translated the request. */
export function hostPortRule(p: Probe): Rule | undefined {
  const step = p.trace.steps.find(
    (s): s is Step & { kind: "rule" } =>
      s.kind === "rule" && s.direction === "original" && s.target === "DNAT" && isHostPortChain(s.place.chain),
  );
  return step && rulesAt(p, step.place, familyOf(p.flow.to));
}

/** Jumps to host ports that stand above kube-proxy's in the same hook. */
function above(snapshot: NodeSnapshot, family: Family): Rule[] {
  const ruleset = snapshot.iptables.get(family);
  if (!ruleset) return [];
  return [...hostPortJumps(ruleset)].filter((rule) =>
    [...rulesIn(ruleset, "nat", rule.chain)].some((r) => jumpOf(r) === services && r.rule.number > rule.number),
  );
}

/** What KUBE-SERVICES needs at its end so that host ports below do not get cluster IPs (PR 62718, 1.11). */
function acceptMissing(snapshot: NodeSnapshot, family: Family): Rule | undefined {
  const set = [...snapshot.sets.byName.values()].find(
    (s) => plainSetName(s.name) === clusterIpSet && s.family === family,
  );
  if (!set) return undefined;
  for (const r of rulesIn(snapshot.iptables.get(family), "nat", services))
    if (jumpOf(r) === "ACCEPT" && setsOf(r).some((s) => s.set === set.name)) return undefined;
  return ruleFrom(`-A ${services} -m set --match-set ${set.name} dst,dst -j ACCEPT`, "nat", family);
}

export const hostPortCapturesClusterIp: DefectRule = {
  id: "host-port-captures-cluster-ip",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const family of [4, 6] as const) {
      const probes = failing.filter((p) => familyOf(p.flow.to) === family && servedHere(p) && hostPortRule(p));
      const [first] = probes;
      if (!first) continue;
      const { snapshot } = side;
      const jumps = above(snapshot, family);
      const accept = side.print.mode === "ipvs" ? acceptMissing(snapshot, family) : undefined;
      const tool = toolFor(family);
      const specs = jumps.map((rule) => printRule(rule).replace(/^-A /, ""));
      const dnat = hostPortRule(first);
      sightings.push({
        id: "host-port-captures-cluster-ip",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              {
                kind: "command",
                text: commandLines([
                  ...specs.map((spec) => `${tool} -t nat -D ${spec}; ${tool} -t nat -A ${spec}`),
                  ...(accept ? [`${tool} -t nat ${printRule(accept)}`] : []),
                ]),
                says: words(
                  `At once, for new connections. ${accept ? "kube-proxy before 1.11 takes the ACCEPT out again at its next sync: upgrade it. " : "A restart of the runtime or the kubelet may put the jump on top again. "}Undo with -D.`,
                  `立即对新连接生效。${accept ? "1.11 之前的 kube-proxy 会在下次同步时删掉这条 ACCEPT：请升级。" : "运行时或 kubelet 重启后可能再次把跳转插到最前。"}用 -D 撤销。`,
                ),
              },
              {
                kind: "config",
                text: "hostNetwork: true   # instead of hostPort, in the pod that has the host port; or a hostPort that no Service has as its port",
                says: words(
                  "For good, whatever the order of the rules. Restarts that pod.",
                  "长久之计，与规则次序无关。会重启该 Pod。",
                ),
              },
            ],
            holds: words(`Shown with ${services} first.`, `以 ${services} 在前验证。`),
            apply: (snap) => {
              // from the last up, so that the numbers of those still to go stay right
              const moved = [...jumps]
                .sort((a, b) => b.number - a.number)
                .reduce((next, rule) => appendRule(replaceRule(next, family, rule), family, rule), snap);
              return accept ? appendRule(moved, family, accept) : moved;
            },
          },
        ],
        missteps: [],
        evidence: [
          ...(jumps.length > 0 ? jumps : dnat ? [dnat] : []).map((rule) => ({
            side: side.name,
            at: rule.at,
            says: words(
              "every packet to a local address goes to the host ports first",
              "发往本机地址的报文都先进入 hostPort 规则",
            ),
          })),
          ...(dnat && jumps.length > 0
            ? [
                {
                  side: side.name,
                  at: dnat.at,
                  says: words(
                    "this rule sends the Service's packet to a pod",
                    "该规则把发往 Service 的报文送给某个 Pod",
                  ),
                },
              ]
            : []),
          ...snapshot.links.list
            .flatMap((link) => link.addresses)
            .filter((a) => a.address === first.flow.to)
            .map((a) => ({
              side: side.name,
              at: a.at,
              says: words("the Service's address is local", "Service 的地址是本机地址"),
            })),
        ],
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const sent = first?.trace.summary.dnatTo;
    const pod = sent ? endpointText(fieldKey(sent.address), fieldKey(sent.port)) : "";
    return {
      title: words(
        "A pod's host port takes the packets that are for a Service",
        "Pod 的 hostPort 截走了发往 Service 的报文",
      ),
      what: words(
        `On the ${side.name} node the packet to ${to} meets the rules of host ports before kube-proxy's and is sent to ${pod}, which is no endpoint of that Service.`,
        `${sideWords[side.name]}上，发往 ${to} 的报文先遇到 hostPort 的规则，被送往 ${pod}，而它不是该 Service 的端点。`,
      ),
      why: words(
        "A host port is for every address of the node, and in IPVS mode the Services' addresses are addresses of the node. So every Service with that port is dead here.",
        "hostPort 对节点的所有地址生效，而 IPVS 模式下 Service 的地址也是节点的地址。因此端口相同的 Service 在此全部不可用。",
      ),
      verify: [
        `${toolFor(family)} -t nat -S PREROUTING; ${toolFor(family)} -t nat -S OUTPUT   # ${services} comes first`,
      ],
    };
  },
};
