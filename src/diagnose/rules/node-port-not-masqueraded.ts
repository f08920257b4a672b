/*
 * What it finds: what comes from outside to a node port (or a load balancer's address) is passed on to a pod elsewhere, and no
 *   rule marks it for masquerading: KUBE-NODE-PORT-TCP and its like (IPVS mode), KUBE-NODEPORTS, KUBE-SVC or KUBE-EXT.
 * Why traffic breaks: the pod sees the client's own address and answers it directly, past the node that must translate the answer
 *   back. With a pod on the node itself it works.
 * How sure: the nat table was pasted whole, the policy is not Local, and the flow works once the rule is in the model. 1.8 in
 *   IPVS mode never writes one, so there it is no more than possible unless somebody asked, as where another protocol's node
 *   ports are marked; elsewhere it was deleted or never synced.
 * Fix: restart kube-proxy; upgrade from 1.8.
 * References: kubernetes 53393; PR 54219; pkg/proxy/iptables/proxier.go, 1.9 to 1.36.
 */
import { words } from "../../base/words.ts";
import { servesOnlyLocally } from "../../kube-proxy/local-policy.ts";
import { markMasq, plainSetName, services } from "../../kube-proxy/names.ts";
import { chainOf, jumpOf, rulesIn, setsOf } from "../../kube-proxy/rule-words.ts";
import { setEntriesOf, setOn } from "../../kube-proxy/set-entries.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import type { Flow } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import { serviceOf } from "../evidence/elsewhere.ts";
import { commandLines, restartKubeProxy, toolFor } from "../fix/commands.ts";
import { insertRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Probe } from "../probe.ts";
import { endingBy, groupedBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { isAsked } from "./service-words.ts";
import { absenceCounts, entered, flowText, isTracked } from "./unmarked.ts";

const nodePortChain = "KUBE-NODE-PORT";

/** Where the mark should be set, and the rule that sets it. */
interface Missing {
  readonly chain: string;
  /** Without `-A CHAIN`. */
  readonly rule: string;
}

export const nodePortNotMasqueraded: DefectRule = {
  id: "node-port-not-masqueraded",

  find({ side, failing, wanted }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, "reply-bypasses-node")) {
      if (!side.paths.get(family)?.marking || !absenceCounts(side, family)) continue;
      const unmarked = all.filter((p) => {
        const service = serviceOf(p);
        return (
          service !== undefined &&
          service.kind !== "cluster-ip" &&
          p.flow.from === "external" &&
          !p.trace.summary.marked &&
          isTracked(p) &&
          servesOnlyLocally(side.snapshot, service, side.print.mode === "ipvs") !== "yes"
        );
      });
      for (const [sure, probes] of groupedBy(unmarked, (p) => isSure(p, wanted))) {
        const missing = new Map(probes.map((p) => [p, missingFor(p)]));
        const [first] = probes;
        const place = first && missing.get(first);
        if (!place) continue;
        const rules = [...new Set([...missing.values()].map(({ chain, rule }) => `${chain} ${rule}`))];
        const at = chainOf(side.snapshot.iptables.get(family), "nat", place.chain)?.at;
        sightings.push({
          id: "node-port-not-masqueraded",
          side,
          family,
          about: place.chain,
          probes,
          remedies: [
            {
              fixes: [
                restartKubeProxy,
                {
                  kind: "command",
                  text: commandLines(rules.map((rule) => `${toolFor(family)} -t nat -I ${rule.replace(" ", " 1 ")}`)),
                  says: words(
                    "At once, for new connections, until kube-proxy writes the chain anew. Undo with -D in place of -I and its number. kube-proxy 1.8 in IPVS mode never writes it: upgrade.",
                    "立即对新连接生效，直到 kube-proxy 重写该链。撤销时把 -I 及编号换成 -D。IPVS 模式的 kube-proxy 1.8 从不写这条规则：请升级。",
                  ),
                },
              ],
              holds: words("Shown with the rule that marks it.", "以打标记的规则验证。"),
              apply: (snapshot) =>
                rules.reduce(
                  (next, rule) => insertRule(next, family, ruleFrom(`-A ${rule}`, "nat", family), 0),
                  snapshot,
                ),
            },
          ],
          missteps: [],
          ...(sure ? {} : { atMost: "possible" }),
          evidence: at
            ? [
                {
                  side: side.name,
                  at,
                  says: words(
                    `${place.chain} has no rule that leads ${flowText(first)} to ${markMasq}`,
                    `${place.chain} 中没有把 ${flowText(first)} 送入 ${markMasq} 的规则`,
                  ),
                },
              ]
            : [],
          byAbsence: true,
        });
      }
    }
    return sightings;
  },

  explain({ side, family, probes, about }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    return {
      title: words(
        "Traffic from outside to a node port is not masqueraded",
        "从外部访问 NodePort 的流量没有做 MASQUERADE",
      ),
      what: words(
        `On the ${side.name} node no rule in ${about} marks what comes to ${to}, so it goes to a pod on another node with the client's address.`,
        `${sideWords[side.name]}的 ${about} 中没有规则标记到达 ${to} 的流量，它带着客户端的地址被送往其他节点的 Pod。`,
      ),
      why: words(
        "That pod answers the client directly, from an address that the client never asked. A pod on this node works.",
        "该 Pod 会直接回应客户端，而客户端从未访问过这个地址。本节点上的 Pod 则正常。",
      ),
      verify: [
        `${toolFor(family)} -t nat -S | grep -E -- '(NODE-?PORT|KUBE-EXT|--dport ${first?.flow.port}).* -j ${markMasq}'   # a line`,
      ],
    };
  },
};

/**
 * In IPVS mode all nodes of 1.8 are so, whether or not somebody uses node ports from outside; and where one protocol's node ports
 * are marked, the rules are those of somebody who may not want the others.
 */
function isSure(p: Probe, wanted: Flow | undefined): boolean {
  if (p.side.print.mode !== "ipvs" || (wanted && isAsked(p, wanted))) return true;
  const ruleset = p.side.snapshot.iptables.get(familyOf(p.flow.to));
  const marking = [services, nodePortChain].flatMap((chain) => [...rulesIn(ruleset, "nat", chain)]);
  const marksSome = marking.some(
    (r) => jumpOf(r) === markMasq && setsOf(r).some((s) => plainSetName(s.set).startsWith("KUBE-NODE-PORT-")),
  );
  return serviceOf(p)?.kind === "node-port" && !marksSome && missingFor(p).chain !== "PREROUTING";
}

function missingFor(p: Probe): Missing {
  const { flow, side } = p;
  const family: Family = familyOf(flow.to);
  const { proto, port } = flow;
  const service = serviceOf(p);
  const toPort = `-p ${proto} -m ${proto} --dport ${port} -j ${markMasq}`;
  if (side.print.mode === "ipvs") {
    const sets = side.snapshot.sets.byName;
    const entry = service && setEntriesOf(service).find((e) => sets.has(setOn(new Set(sets.keys()), family, e)));
    const name = entry && setOn(new Set(sets.keys()), family, entry);
    if (entry && name) {
      const rule = `-p ${proto} -m set --match-set ${name} ${entry.flags} -j ${markMasq}`;
      return { chain: entered(p, nodePortChain) ? nodePortChain : services, rule };
    }
    return { chain: "PREROUTING", rule: `-m addrtype --dst-type LOCAL ${toPort}` };
  }
  const outer = p.trace.steps.find((s) => s.kind === "rule" && /^KUBE-(?:EXT|FW)-/.test(s.target ?? ""));
  if (outer?.kind === "rule" && outer.target) return { chain: outer.target, rule: `-j ${markMasq}` };
  if (service?.kind === "node-port") return { chain: "KUBE-NODEPORTS", rule: toPort };
  return { chain: services, rule: `-d ${flow.to}/${family === 4 ? 32 : 128} ${toPort}` };
}
