/*
 * What it finds: kube-proxy's chains are there, but the jump from a hook into them is gone: from OUTPUT or PREROUTING into
 *   KUBE-SERVICES, or from POSTROUTING into KUBE-POSTROUTING.
 * Why traffic breaks: without the first two nothing is translated or marked there; without the last what was marked is not
 *   masqueraded.
 * How sure: the nat table was pasted whole, the chain has rules, and the flow works once the jump is back.
 * Fix: restart kube-proxy; find what flushed the hook (firewalld, iptables-restore, another agent).
 * References: flannel 971; kubernetes 56797; pkg/proxy/ipvs/proxier.go 1.9 and 1.10 (the kubelet makes the last jump).
 */
import { words } from "../../base/words.ts";
import { postrouting, services } from "../../kube-proxy/names.ts";
import { chainOf } from "../../kube-proxy/rule-words.ts";
import { familyOf } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import { restartKubeProxy, toolFor } from "../fix/commands.ts";
import { insertRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Probe } from "../probe.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText, servedHere } from "./unmarked.ts";

const comments: Readonly<Record<string, string>> = {
  [services]: "kubernetes service portals",
  [postrouting]: "kubernetes postrouting rules",
};

/** The flow passes this hook on its way to the Service. */
function passes(p: Probe, hook: string): boolean {
  if (hook === "POSTROUTING") return p.trace.summary.markedAtPostrouting && !p.trace.summary.masqueraded;
  return hook === "OUTPUT" ? p.flow.from === "host" : p.flow.from !== "host";
}

/** The nat table of this hook led into the chain. */
const enteredIn = (p: Probe, hook: string, chain: string): boolean =>
  p.trace.steps.some(
    (s) => s.kind === "rule" && s.place.table === "nat" && s.place.hook === hook && s.target === chain,
  );

export const serviceHookMissing: DefectRule = {
  id: "service-hook-missing",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, path] of side.paths) {
      if (!path.whole) continue;
      const ruleset = side.snapshot.iptables.get(family);
      for (const { hook, chain, rule } of path.jumps) {
        const target = chainOf(ruleset, "nat", chain);
        const from = chainOf(ruleset, "nat", hook);
        if (rule || !target || target.rules.length === 0) continue;
        const probes = failing.filter(
          (p) => familyOf(p.flow.to) === family && passes(p, hook) && servedHere(p) && !enteredIn(p, hook, chain),
        );
        if (probes.length === 0) continue;
        const text = `-A ${hook} -m comment --comment "${comments[chain]}" -j ${chain}`;
        const jump = ruleFrom(text, "nat", family);
        sightings.push({
          id: "service-hook-missing",
          side,
          family,
          probes,
          remedies: [
            {
              fixes: [
                restartKubeProxy,
                {
                  kind: "command",
                  text: `${toolFor(family)} -t nat ${text.replace(`-A ${hook}`, `-I ${hook} 1`)}`,
                  says: words(
                    "At once, for new connections; whatever took the jump away may do so again. Undo with -D.",
                    "立即对新连接生效；删掉该跳转的程序可能再次删除它。用 -D 撤销。",
                  ),
                },
              ],
              holds: words(`Shown with that jump on top of ${hook}.`, `以该跳转位于 ${hook} 链首验证。`),
              apply: (snapshot) => insertRule(snapshot, family, jump, 0),
            },
          ],
          missteps: [],
          evidence: [
            ...(from?.at
              ? [
                  {
                    side: side.name,
                    at: from.at,
                    says: words(`no rule of ${hook} leads to ${chain}`, `${hook} 中没有规则跳转到 ${chain}`),
                  },
                ]
              : []),
            ...(target.at
              ? [{ side: side.name, at: target.at, says: words("the chain itself is there", "该链本身存在") }]
              : []),
          ],
          byAbsence: true,
        });
      }
    }
    return sightings;
  },

  explain({ side, family, probes, evidence }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const gone = evidence[0]?.says ?? words("", "");
    return {
      title: words(
        "A hook of the nat table no longer leads into kube-proxy's chains",
        "nat 表的某个 hook 不再跳转到 kube-proxy 的链",
      ),
      what: words(
        `On the ${side.name} node ${gone.en}, so the packet to ${to} does not meet kube-proxy's rules there.`,
        `${sideWords[side.name]}上${gone["zh-CN"]}，因此发往 ${to} 的报文在那里遇不到 kube-proxy 的规则。`,
      ),
      why: words(
        "Another program flushed or rewrote the hook. kube-proxy puts the jump back at its next full sync, or when it is restarted.",
        "别的程序清空或重写了该 hook。kube-proxy 下次完整同步或重启时会补回跳转。",
      ),
      verify: [`${toolFor(family)} -t nat -S | grep -E -- '-j KUBE-(SERVICES|POSTROUTING)'`],
    };
  },
};
