/*
 * What it finds: in IPVS mode, filter INPUT has the policy DROP and accepts neither the node port nor the Service address, so
 *   the packet is dropped before IPVS, which stands behind the filter table of INPUT, sees it.
 * Why traffic breaks: in iptables mode a Service's packet is forwarded and never meets INPUT; in IPVS mode its address is the
 *   node's own, so it does.
 * How sure: the trace ends at the policy. A table that was not pasted whole leaves a doubt.
 * Fix: accept the node ports and kube-proxy's sets in INPUT.
 * References: kubernetes 98465, 132689; PR 98816; net/netfilter/ipvs/ip_vs_core.c ip_vs_ops4.
 */
import { words } from "../../base/words.ts";
import { serviceKey } from "../../kube-proxy/services.ts";
import { setEntriesOf, setOn } from "../../kube-proxy/set-entries.ts";
import type { Family } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import { commandLines, toolFor } from "../fix/commands.ts";
import { insertRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Probe } from "../probe.ts";
import { endingBy, endsAt } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText, servedHere } from "./unmarked.ts";

/** Accepts what one of kube-proxy's sets holds, and with it this Service; else what is for this Service alone. */
function acceptRule({ side, flow }: Probe, family: Family): string {
  const service = side.served.get(serviceKey({ ...flow, address: flow.to }));
  const sets = side.snapshot.sets.byName;
  for (const entry of service ? setEntriesOf(service) : []) {
    const set = sets.get(setOn(new Set(sets.keys()), family, entry));
    if (set && [...set.entries].some((e) => e.text === entry.entry))
      return `-A INPUT -p ${flow.proto} -m set --match-set ${set.name} ${entry.flags} -j ACCEPT`;
  }
  return `-A INPUT -d ${flow.to}/${family === 4 ? 32 : 128} -p ${flow.proto} -m ${flow.proto} --dport ${flow.port} -j ACCEPT`;
}

export const inputPolicyDrop: DefectRule = {
  id: "input-policy-drop",

  find({ side, failing }: Case): Sighting[] {
    if (side.print.mode !== "ipvs") return [];
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, "policy-drop")) {
      const probes = all.filter(
        (p) =>
          endsAt(p)?.chain === "INPUT" &&
          endsAt(p)?.table === "filter" &&
          servedHere(p) &&
          p.trace.ending.outcome === "dropped",
      );
      const chain = side.snapshot.iptables.get(family)?.tables.get("filter")?.chains.get("INPUT");
      if (probes.length === 0 || !chain) continue;
      const rules = [...new Set(probes.map((p) => acceptRule(p, family)))];
      const tool = toolFor(family);
      sightings.push({
        id: "input-policy-drop",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              {
                kind: "command",
                text: commandLines(rules.map((text) => `${tool} ${text.replace(/^-A INPUT/, "-I INPUT 1")}`)),
                says: words(
                  "At once, until the firewall is loaded again: put it into the firewall's own configuration, too. It opens only what IPVS serves; open connections stay. Undo with -D in place of -I and its number.",
                  "立即生效，防火墙重新加载后失效：请同时写入防火墙自己的配置。只放行 IPVS 提供的服务；已建立的连接不变。撤销时把 -I 及编号换成 -D。",
                ),
              },
            ],
            holds: words("Shown with these rules on top of INPUT.", "以这些规则位于 INPUT 链首验证。"),
            apply: (snapshot) =>
              rules.reduce((next, text) => insertRule(next, family, ruleFrom(text, "filter", family), 0), snapshot),
          },
        ],
        missteps: [],
        evidence: chain.at
          ? [{ side: side.name, at: chain.at, says: words("the policy of INPUT is DROP", "INPUT 的默认策略是 DROP") }]
          : [],
        byAbsence: true,
      });
    }
    return sightings;
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    return {
      title: words(
        "The INPUT policy drops Service traffic before IPVS sees it",
        "INPUT 的默认策略在 IPVS 之前丢弃了 Service 流量",
      ),
      what: words(
        `On the ${sighting.side.name} node no rule of filter INPUT accepts ${to}, and the chain's policy is DROP.`,
        `${sideWords[sighting.side.name]}的 filter INPUT 中没有规则放行 ${to}，而该链的默认策略是 DROP。`,
      ),
      why: words(
        "In IPVS mode a Service's address is the node's own, so its packets pass INPUT, and IPVS takes them only behind the filter table.",
        "IPVS 模式下 Service 的地址是本机地址，报文要经过 INPUT，而 IPVS 位于 filter 表之后。",
      ),
      verify: [`${toolFor(sighting.family)} -S INPUT`],
    };
  },
};
