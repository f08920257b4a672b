/*
 * What it finds: a rule in kube-proxy's chains for single Services that does not do what the name of its chain says: an endpoint's chain
 *   sends to another address, or a rule for one Service leads into another's chain.
 * Why traffic breaks: kube-proxy makes the names from the Service and the endpoint, so the rule was changed after it was written, and
 *   packets go to somebody else. Since 1.27 kube-proxy leaves unchanged Services' chains alone, and the change stays.
 * How sure: the name is the hash of another endpoint or Service that the dumps name, and the flow works with that one in the rule.
 *   As a dump can be edited as well as a node, it is no more than likely.
 * Fix: restart kube-proxy, which writes all chains anew; put the rule right by hand until then.
 * References: pkg/proxy/iptables/proxier.go servicePortChainName, servicePortEndpointChainName; PR 115138 (minimal sync).
 */
import { words } from "../../base/words.ts";
import { lettersOf } from "../../kube-proxy/chain-owners.ts";
import type { OddChain } from "../../kube-proxy/odd-chain.ts";
import { serviceHash } from "../../kube-proxy/writes/chain-names.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import { endpointText } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import { restartKubeProxy, toolFor } from "../fix/commands.ts";
import { replaceRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Probe } from "../probe.ts";
import type { DefectRule } from "./rule.ts";
import { flowText } from "./unmarked.ts";

/** The rule as kube-proxy wrote it; undefined where no dump tells. */
function asWritten(odd: OddChain): string | undefined {
  if (odd.kind === "other-endpoint" && odd.named)
    return printRule(odd.rule).replace(
      endpointText(odd.goes.address, odd.goes.port),
      endpointText(odd.named.address, odd.named.port),
    );
  // whose endpoint's chain it should be, nothing tells
  if (odd.kind !== "other-service" || odd.leads.startsWith("KUBE-SEP-")) return undefined;
  const letters = serviceHash(odd.service, odd.rule.header.proto?.is ?? "");
  return printRule(odd.rule).replace(odd.leads, odd.leads.replace(lettersOf(odd.leads) ?? "", letters));
}

/** Some way of the request takes the rule. */
const takes = (p: Probe, rule: Rule): boolean =>
  p.simulation.traces.some((trace) =>
    trace.steps.some(
      (s) =>
        s.kind === "rule" &&
        s.direction === "original" &&
        s.place.table === "nat" &&
        s.place.chain === rule.chain &&
        s.place.rule === rule.number,
    ),
  );

export const serviceChainEdited: DefectRule = {
  id: "service-chain-edited",

  find({ side, failing }) {
    return side.odd.flatMap((odd) => {
      const text = asWritten(odd);
      if (text === undefined || (odd.kind !== "other-endpoint" && odd.kind !== "other-service")) return [];
      const { rule, family, chain } = odd;
      const probes = failing.filter((p) => takes(p, rule));
      if (probes.length === 0) return [];
      const written = ruleFrom(text, "nat", family);
      return [
        {
          id: "service-chain-edited",
          side,
          family,
          about: chain,
          probes,
          remedies: [
            {
              fixes: [
                restartKubeProxy,
                {
                  kind: "command",
                  text: `${toolFor(family)} -t nat ${text.replace(`-A ${chain}`, `-R ${chain} ${rule.number}`)}`,
                  says: words(
                    "At once, for new connections; kube-proxy writes the same when it is restarted.",
                    "立即对新连接生效；kube-proxy 重启时会写入同样的规则。",
                  ),
                },
              ] as const,
              holds: words("Shown with the rule as the chain's name says.", "以链名所示的规则验证。"),
              apply: (snapshot) => replaceRule(snapshot, family, rule, written),
            },
          ],
          missteps: [],
          evidence: [
            {
              side: side.name,
              at: rule.at,
              says:
                odd.kind === "other-service"
                  ? words(`by its name the chain is one of ${odd.owner}`, `按链名，该链属于 ${odd.owner}`)
                  : words(
                      `sends to ${endpointText(odd.goes.address, odd.goes.port)}, which the chain's name does not say`,
                      `送往 ${endpointText(odd.goes.address, odd.goes.port)}，与链名不符`,
                    ),
            },
          ],
          byAbsence: false,
          atMost: "likely",
        },
      ];
    });
  },

  explain({ side, family, probes, about, evidence }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const wrong = evidence[0]?.says ?? words("", "");
    return {
      title: words("A rule of kube-proxy's was changed by hand", "kube-proxy 的一条规则被手工改动过"),
      what: words(
        `On the ${side.name} node a rule of ${about} takes packets to ${to} elsewhere: ${wrong.en}.`,
        `${sideWords[side.name]}上，${about} 的一条规则把发往 ${to} 的报文带到了别处：${wrong["zh-CN"]}。`,
      ),
      why: words(
        "kube-proxy makes the names of these chains from the Service and its endpoint, and this rule does not fit its name. From 1.27 on it leaves chains of unchanged Services alone, so the change stays until kube-proxy is restarted.",
        "kube-proxy 由 Service 及其 endpoint 生成这些链名，而该规则与链名不符。1.27 起，它不再重写未变化的 Service 的链，因此改动会一直保留到 kube-proxy 重启。",
      ),
      verify: [`${toolFor(family)} -t nat -S ${about}`],
    };
  },
};
