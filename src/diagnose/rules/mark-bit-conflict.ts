/*
 * What it finds: kube-proxy's masquerade bit is set on the packet, and a rule of somebody else changes it before nat POSTROUTING.
 * Why traffic breaks: KUBE-POSTROUTING sees no mark and masquerades nothing.
 * How sure: the trace shows the rule that takes the bit away; without it the flow works.
 * Fix: a masked mark in the other program (--set-xmark V/M), or another bit for kube-proxy and kubelet.
 * References: felix 964; kubernetes 19983; openshift/origin PR 19005; cilium 18610; talos PR 5945.
 */
import { words } from "../../base/words.ts";
import { familyOf } from "../../model/net/ip.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import { sideWords } from "../borrow.ts";
import { hex, toolFor } from "../fix/commands.ts";
import { replaceRule } from "../fix/edit.ts";
import type { Probe } from "../probe.ts";
import { groupedBy, rulesAt } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText, isTracked } from "./unmarked.ts";

/** The rule, none of kube-proxy's, whose target takes the bit off the packet. */
function clearingRule(p: Probe, bits: number): Rule | undefined {
  for (const step of p.trace.steps) {
    if (step.kind !== "rule" || step.direction !== "original" || step.place.chain.startsWith("KUBE-")) continue;
    const change = step.changes.find((c) => c.field === "mark");
    if (change && (Number(change.before) & bits) !== 0 && (Number(change.after) & bits) === 0)
      return rulesAt(p, step.place, familyOf(p.flow.to));
  }
  return undefined;
}

export const markBitConflict: DefectRule = {
  id: "mark-bit-conflict",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, { marking }] of side.paths) {
      if (!marking) continue;
      const probes = failing.filter(
        (p) =>
          familyOf(p.flow.to) === family &&
          p.trace.summary.marked &&
          !p.trace.summary.markedAtPostrouting &&
          !p.trace.summary.masqueraded &&
          isTracked(p),
      );
      for (const [rule, own] of groupedBy(probes, (p) => clearingRule(p, marking.bits))) {
        const tool = toolFor(family);
        const text = printRule(rule);
        sightings.push({
          id: "mark-bit-conflict",
          side,
          family,
          probes: own,
          remedies: [
            {
              fixes: [
                {
                  kind: "command",
                  text: `${tool} -t ${rule.table} -D ${text.replace(/^-A /, "")}`,
                  says: words(
                    "At once, until its owner writes the rule again: have it set only bits of its own (--set-xmark VALUE/MASK). What it marks is then unmarked; undo by adding the rule again.",
                    "立即生效，直到规则的所有者再次写入：应让它只设置自己的位（--set-xmark VALUE/MASK）。它原本的标记随之失效；把规则加回即可撤销。",
                  ),
                },
                {
                  kind: "config",
                  text: "--iptables-masquerade-bit=BIT",
                  says: words(
                    "Instead: another bit for kube-proxy and, up to 1.26, kubelet, one that nobody else uses. It holds after a restart of both.",
                    "或者：为 kube-proxy（以及 1.26 及更早的 kubelet）改用没有别人使用的位。两者重启后生效。",
                  ),
                },
              ],
              holds: words("Shown without that rule.", "以去掉该规则验证。"),
              apply: (snapshot) => replaceRule(snapshot, family, rule),
            },
          ],
          missteps: [],
          evidence: [
            {
              side: side.name,
              at: rule.at,
              says: words(
                `this rule takes ${hex(marking.bits)} off the packet`,
                `该规则清除了报文上的 ${hex(marking.bits)}`,
              ),
            },
            {
              side: side.name,
              at: marking.rule.rule.at,
              says: words("kube-proxy sets the bit here", "kube-proxy 在这里设置该位"),
            },
          ],
          byAbsence: false,
        });
      }
    }
    return sightings;
  },

  explain({ side, family, probes, evidence }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    return {
      title: words(
        "Another program's rule overwrites kube-proxy's masquerade mark",
        "别的程序的规则覆盖了 kube-proxy 的 MASQUERADE 标记",
      ),
      what: words(
        `On the ${side.name} node the packet to ${to} is marked, and then ${evidence[0]?.says.en ?? ""} before nat POSTROUTING.`,
        `${sideWords[side.name]}上，发往 ${to} 的报文先被打上标记，随后在到达 nat POSTROUTING 之前${evidence[0]?.says["zh-CN"] ?? ""}。`,
      ),
      why: words(
        "KUBE-POSTROUTING masquerades only what bears the bit, so the packet keeps its source and the answer is lost.",
        "KUBE-POSTROUTING 只对带该位的报文做 MASQUERADE，报文因此保留源地址，回包丢失。",
      ),
      verify: [`${toolFor(family)}-save | grep -E 'MARK|CONNMARK'`],
    };
  },
};
