/*
 * What it finds: the packet bears the masquerade mark when it leaves, and goes through KUBE-POSTROUTING, but no rule
 *   there masquerades what bears the mark.
 * Why traffic breaks: everything that kube-proxy marked (the node's own traffic to cluster IPs in IPVS mode, outside
 *   clients of node ports, hairpins) keeps its source, and the answer does not come back to this node.
 * How sure: the trace shows the mark at nat POSTROUTING and no rule that matches. The chain must be hooked; where its
 *   jump is gone, that is another defect. A table that was not pasted whole leaves a doubt.
 * Fix: restart kube-proxy, which writes the chain anew.
 * References: pkg/proxy/{iptables,ipvs}/proxier.go (KUBE-POSTROUTING, all versions); kubelet up to 1.26.
 */
import { words } from "../../base/words.ts";
import { postrouting } from "../../kube-proxy/names.ts";
import { markSetOf, rulesIn } from "../../kube-proxy/rule-words.ts";
import { familyOf } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import { hex, restartKubeProxy, toolFor } from "../fix/commands.ts";
import { appendRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { absenceCounts, entered, flowText, isTracked, pathEvidence } from "./unmarked.ts";

export const masqueradeRuleMissing: DefectRule = {
  id: "masquerade-rule-missing",

  find(subject: Case): Sighting[] {
    const { side } = subject;
    const sightings: Sighting[] = [];
    for (const [family, path] of side.paths) {
      if (path.masquerading || !path.marking || !absenceCounts(side, family)) continue;
      const bits = path.marking.bits;
      const probes = subject.failing.filter(
        (p) =>
          familyOf(p.flow.to) === family &&
          p.trace.summary.markedAtPostrouting &&
          !p.trace.summary.masqueraded &&
          isTracked(p) &&
          entered(p, postrouting),
      );
      if (probes.length === 0) continue;
      // Since 1.16.13 the chain returns what is not marked and clears the mark before it masquerades the rest.
      const rules = [...rulesIn(side.snapshot.iptables.get(family), "nat", postrouting)];
      const test = rules.some((r) => markSetOf(r)) ? "" : `-m mark --mark ${hex(bits)}/${hex(bits)} `;
      const text = `-A ${postrouting} -m comment --comment "kubernetes service traffic requiring SNAT" ${test}-j MASQUERADE`;
      const rule = ruleFrom(text, "nat", family);
      const tool = toolFor(family);
      sightings.push({
        id: "masquerade-rule-missing",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              restartKubeProxy,
              {
                kind: "command",
                text: `${tool} -t nat ${text}`,
                says: words(
                  "At once; kube-proxy writes the chain anew at its next sync, with this rule in it. Open connections stay as they are.",
                  "立即生效；kube-proxy 下次同步时会重写该链并带上这条规则。已建立的连接不变。",
                ),
              },
            ],
            holds: words(
              `Shown with the rule kube-proxy writes there: mark ${hex(bits)}.`,
              `以 kube-proxy 应写的规则验证：标记 ${hex(bits)}。`,
            ),
            apply: (snapshot) => appendRule(snapshot, family, rule),
          },
        ],
        missteps: [],
        evidence: [
          ...(path.postroutingChain?.at
            ? [
                {
                  side: side.name,
                  at: path.postroutingChain.at,
                  says: words(
                    `${postrouting} has no rule that masquerades the mark`,
                    `${postrouting} 中没有对该标记做 MASQUERADE 的规则`,
                  ),
                },
              ]
            : []),
          {
            side: side.name,
            at: path.marking.rule.rule.at,
            says: words(`the mark ${hex(bits)} is set here`, `标记 ${hex(bits)} 在此设置`),
          },
          ...pathEvidence(side, probes),
        ],
        byAbsence: true,
      });
    }
    return sightings;
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    const node = sideWords[sighting.side.name];
    return {
      title: words(
        `Nothing in ${postrouting} masquerades what bears the mark`,
        `${postrouting} 中没有规则对带标记的报文做 MASQUERADE`,
      ),
      what: words(
        `On the ${sighting.side.name} node the packet to ${to} is marked and reaches ${postrouting}, but the chain has no MASQUERADE rule for the mark.`,
        `在${node}上，访问 ${to} 的报文已打标记并到达 ${postrouting}，但该链中没有针对此标记的 MASQUERADE 规则。`,
      ),
      why: words(
        "The packet leaves with its own source, and the answer does not come back to this node's connection.",
        "报文以原来的源地址发出，回包不会回到本节点的连接上。",
      ),
      verify: [`${toolFor(sighting.family)} -t nat -S ${postrouting}`],
    };
  },
};
