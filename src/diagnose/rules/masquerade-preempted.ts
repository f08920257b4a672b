/*
 * What it finds: the packet bears the masquerade mark, but a rule of nat POSTROUTING above the jump to KUBE-POSTROUTING ends its
 *   way (ACCEPT, RETURN, or a MASQUERADE or SNAT of somebody else to an address that does not serve).
 * Why traffic breaks: the nat table is walked once for a connection, so what kube-proxy meant to masquerade is not.
 * How sure: the trace ends at that rule, and the flow works once the jump stands first.
 * Fix: put the jump first; upgrade or configure what inserts the other rule.
 * References: kubernetes 20391; flannel PRs 442, 797, 835, 971, 1702.
 */
import { words } from "../../base/words.ts";
import { postrouting } from "../../kube-proxy/names.ts";
import { familyOf } from "../../model/net/ip.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import { sideWords } from "../borrow.ts";
import { toolFor } from "../fix/commands.ts";
import { insertRule, replaceRule } from "../fix/edit.ts";
import type { Probe } from "../probe.ts";
import { groupedBy, rulesAt } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { entered, flowText, isTracked } from "./unmarked.ts";

/** The rule of nat POSTROUTING, or of a chain it leads to, that ended the walk there. */
function endingRule(p: Probe): Rule | undefined {
  for (const step of p.trace.steps)
    if (
      step.kind === "rule" &&
      step.direction === "original" &&
      step.place.table === "nat" &&
      step.place.hook === "POSTROUTING" &&
      (step.verdict === "ACCEPT" || (step.verdict === "RETURN" && step.place.chain === "POSTROUTING"))
    )
      return rulesAt(p, step.place, familyOf(p.flow.to));
  return undefined;
}

export const masqueradePreempted: DefectRule = {
  id: "masquerade-preempted",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, path] of side.paths) {
      const jump = path.jumps.find((j) => j.hook === "POSTROUTING")?.rule;
      if (!jump) continue;
      const probes = failing.filter(
        (p) =>
          familyOf(p.flow.to) === family &&
          p.trace.summary.markedAtPostrouting &&
          isTracked(p) &&
          !entered(p, postrouting),
      );
      for (const [rule, own] of groupedBy(probes, endingRule)) {
        const tool = toolFor(family);
        const text = printRule(jump.rule);
        sightings.push({
          id: "masquerade-preempted",
          side,
          family,
          probes: own,
          remedies: [
            {
              fixes: [
                {
                  kind: "command",
                  text: `${tool} -t nat -D ${text.replace(/^-A /, "")}; ${tool} -t nat -I ${text.replace(/^-A POSTROUTING/, "POSTROUTING 1")}`,
                  says: words(
                    "At once, for new connections, until the other program puts its rule on top again: configure or upgrade it. Undo by adding the jump at its old place.",
                    "立即对新连接生效，直到另一程序再次把规则插到最前：请配置或升级它。把跳转放回原处即可撤销。",
                  ),
                },
              ],
              holds: words(
                `Shown with the jump to ${postrouting} first.`,
                `以跳转到 ${postrouting} 的规则位于最前验证。`,
              ),
              apply: (snapshot) => insertRule(replaceRule(snapshot, family, jump.rule), family, jump.rule, 0),
            },
          ],
          missteps: [],
          evidence: [
            {
              side: side.name,
              at: rule.at,
              says: words("this rule ends the packet's way through nat first", "该规则先结束了报文在 nat 表中的遍历"),
            },
            {
              side: side.name,
              at: jump.rule.at,
              says: words("kube-proxy's masquerading would come only here", "kube-proxy 的 MASQUERADE 要到这里才轮到"),
            },
          ],
          byAbsence: false,
        });
      }
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const rule = first && endingRule(first);
    const to = first ? flowText(first) : "";
    return {
      title: words(
        "Another rule ends the nat POSTROUTING walk before kube-proxy can masquerade",
        "别的规则在 kube-proxy 做 MASQUERADE 之前结束了 nat POSTROUTING 的遍历",
      ),
      what: words(
        `On the ${side.name} node the marked packet to ${to} ends at “${rule ? printRule(rule) : ""}”, above the jump to ${postrouting}.`,
        `${sideWords[side.name]}上，发往 ${to} 的带标记报文止于 “${rule ? printRule(rule) : ""}”，它位于跳转 ${postrouting} 之前。`,
      ),
      why: words(
        "The nat table decides once for each connection, so the packet leaves with its own source and the answer does not come back here.",
        "nat 表对每个连接只决定一次，报文因此以原来的源地址发出，回包回不到这里。",
      ),
      verify: [`${toolFor(family)} -t nat -S POSTROUTING`],
    };
  },
};
