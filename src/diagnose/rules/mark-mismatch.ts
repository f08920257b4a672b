/*
 * What it finds: the bit that KUBE-MARK-MASQ sets is not the bit that KUBE-POSTROUTING tests.
 * Why traffic breaks: everything is marked, nothing is recognised as marked, and so nothing is masqueraded.
 * How sure: both rules are in the dump and the trace shows the packet pass by the second one.
 * Fix: one masquerade bit for kube-proxy and (up to 1.26) kubelet; both write these chains.
 * References: --iptables-masquerade-bit of kube-proxy and kubelet; kubernetes PR 119374.
 */
import { words } from "../../base/words.ts";
import { defaultMark, markMasq, postrouting } from "../../kube-proxy/names.ts";
import { familyOf } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import { hex, restartKubeProxy, toolFor } from "../fix/commands.ts";
import { replaceRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { entered, flowText, isTracked, pathEvidence } from "./unmarked.ts";

export const markMismatch: DefectRule = {
  id: "mark-mismatch",

  find(subject: Case): Sighting[] {
    const { side } = subject;
    const sightings: Sighting[] = [];
    for (const [family, { marking, masquerading }] of side.paths) {
      if (
        !marking ||
        !masquerading ||
        masquerading.bits === 0 ||
        (marking.bits & masquerading.bits) === masquerading.bits
      )
        continue;
      const probes = subject.failing.filter(
        (p) =>
          familyOf(p.flow.to) === family &&
          p.trace.summary.markedAtPostrouting &&
          !p.trace.summary.masqueraded &&
          isTracked(p) &&
          entered(p, postrouting),
      );
      if (probes.length === 0) continue;
      const stated = side.snapshot.kubeProxy?.masqueradeBit?.value;
      const wanted =
        stated === undefined ? (masquerading.bits === defaultMark ? defaultMark : marking.bits) : (1 << stated) >>> 0;
      const tool = toolFor(family);
      const wrong = wanted === marking.bits ? masquerading.test : marking.rule;
      const from = wanted === marking.bits ? masquerading.bits : marking.bits;
      const text = wrong.text.replaceAll(`${hex(from)}/${hex(from)}`, `${hex(wanted)}/${hex(wanted)}`);
      const rule = ruleFrom(text, "nat", family);
      const replace = text.replace(/^-A (\S+) /, `-R $1 ${wrong.rule.number} `);
      const bit = Math.log2(wanted);
      sightings.push({
        id: "mark-mismatch",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              {
                kind: "config",
                text: `--iptables-masquerade-bit=${Number.isInteger(bit) ? bit : 14}`,
                says: words(
                  "For kube-proxy and kubelet alike (in KubeProxyConfiguration: iptables.masqueradeBit). It holds after a restart of both; undo by the old value.",
                  "kube-proxy 与 kubelet 要一致（KubeProxyConfiguration 中为 iptables.masqueradeBit）。两者重启后长期有效；改回旧值即可撤销。",
                ),
              },
              restartKubeProxy,
              {
                kind: "command",
                text: `${tool} -t nat ${replace}`,
                says: words(
                  "At once, until kube-proxy or kubelet writes the chain anew. Open connections stay as they are.",
                  "立即生效，直到 kube-proxy 或 kubelet 重写该链。已建立的连接不变。",
                ),
              },
            ],
            holds: words(`Shown with ${hex(wanted)} in both rules.`, `以两条规则都用 ${hex(wanted)} 验证。`),
            apply: (snapshot) => replaceRule(snapshot, family, wrong.rule, rule),
          },
        ],
        missteps: [],
        evidence: [
          {
            side: side.name,
            at: marking.rule.rule.at,
            says: words(`sets ${hex(marking.bits)}`, `设置 ${hex(marking.bits)}`),
          },
          {
            side: side.name,
            at: masquerading.test.rule.at,
            says: words(`tests ${hex(masquerading.bits)}`, `检查 ${hex(masquerading.bits)}`),
          },
          ...pathEvidence(side, probes),
        ],
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain(sighting) {
    const path = sighting.side.paths.get(sighting.family);
    const set = hex(path?.marking?.bits ?? 0);
    const tested = hex(path?.masquerading?.bits ?? 0);
    const [first] = sighting.probes;
    const node = sideWords[sighting.side.name];
    return {
      title: words(
        `${markMasq} sets ${set}, but ${postrouting} tests ${tested}`,
        `${markMasq} 设置 ${set}，而 ${postrouting} 检查 ${tested}`,
      ),
      what: words(
        `On the ${sighting.side.name} node the packet to ${first ? flowText(first) : ""} bears ${set} when it reaches ${postrouting}, which masquerades only what bears ${tested}.`,
        `在${node}上，访问 ${first ? flowText(first) : ""} 的报文到达 ${postrouting} 时带有 ${set}，而那里只对带 ${tested} 的报文做 MASQUERADE。`,
      ),
      why: words(
        "Nothing is recognised as marked, so the packet keeps its source and the answer does not come back to this connection.",
        "没有报文被认作已打标记，报文保留原来的源地址，回包不会回到这条连接。",
      ),
      verify: [
        `${toolFor(sighting.family)} -t nat -S ${markMasq}`,
        `${toolFor(sighting.family)} -t nat -S ${postrouting}`,
      ],
    };
  },
};
