/*
 * What it finds: KUBE-IPVS-FILTER (kube-proxy 1.26 and later), which keeps the node's own ports off addresses on kube-ipvs0,
 *   rejects traffic of a Service whose set it does not know: external addresses with Local policy up to 1.29.
 * Why traffic breaks: the client is refused with ICMP port unreachable.
 * How sure: the trace ends at that rule, for an address and port that a virtual server of this node serves.
 * Fix: a kube-proxy that knows the set (1.30); until then a rule that lets it pass.
 * References: kubernetes 117613, 117621; k3s 7183; kubespray 10572; PRs 108460, 115019.
 */
import { words } from "../../base/words.ts";
import type { Family } from "../../model/net/ip.ts";
import { serversAt } from "../../simulate/known-places.ts";
import { sideWords } from "../borrow.ts";
import { commandLines, toolFor } from "../fix/commands.ts";
import { insertRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Probe } from "../probe.ts";
import { endingBy, endsAt, rulesAt } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

const chain = "KUBE-IPVS-FILTER";
const passRule = ({ flow }: Probe, family: Family): string =>
  `-A ${chain} -d ${flow.to}/${family === 4 ? 32 : 128} -p ${flow.proto} -m ${flow.proto} --dport ${flow.port} -j RETURN`;

export const ipvsFilterRejects: DefectRule = {
  id: "ipvs-filter-rejects",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, "rule-reject")) {
      const probes = all.filter(
        (p) =>
          endsAt(p)?.chain === chain &&
          serversAt(side.snapshot.ipvs.servers, p.flow.proto, p.flow.to).some((s) => s.port === p.flow.port),
      );
      const [first] = probes;
      const place = first && endsAt(first);
      const rule = first && place && rulesAt(first, place, family);
      if (!rule) continue;
      const texts = [...new Set(probes.map((p) => passRule(p, family)))];
      sightings.push({
        id: "ipvs-filter-rejects",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              {
                kind: "config",
                text: "kube-proxy 1.30 or later",
                says: words("An upgrade: the chain then knows these addresses.", "升级后该链就认识这些地址。"),
              },
              {
                kind: "command",
                text: commandLines(
                  texts.map((text) => `${toolFor(family)} ${text.replace(`-A ${chain}`, `-I ${chain} 1`)}`),
                ),
                says: words(
                  "At once, until kube-proxy's next sync writes the chain anew. Undo with -D.",
                  "立即生效，直到 kube-proxy 下次同步重写该链。用 -D 撤销。",
                ),
              },
            ],
            holds: words("Shown with a rule that lets the address pass.", "以放行该地址的规则验证。"),
            apply: (snapshot) =>
              texts.reduce((next, text) => insertRule(next, family, ruleFrom(text, "filter", family), 0), snapshot),
          },
        ],
        missteps: [],
        evidence: [{ side: side.name, at: rule.at, says: words("this rule refuses the packet", "该规则拒绝了报文") }],
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    return {
      title: words(`${chain} refuses a Service that it should let pass`, `${chain} 拒绝了本应放行的 Service`),
      what: words(
        `On the ${side.name} node IPVS serves ${to}, but the address is in none of the sets that ${chain} lets pass, and it is on kube-ipvs0: refused.`,
        `${sideWords[side.name]}的 IPVS 提供 ${to}，但该地址不在 ${chain} 放行的任何集合中，又在 kube-ipvs0 上：被拒绝。`,
      ),
      why: words(
        "Since 1.26 kube-proxy keeps everything but Services off its addresses; some versions forget a kind of Service there.",
        "自 1.26 起 kube-proxy 只允许 Service 流量到达这些地址；部分版本遗漏了某类 Service。",
      ),
      verify: [`${toolFor(family)} -S ${chain}`],
    };
  },
};
