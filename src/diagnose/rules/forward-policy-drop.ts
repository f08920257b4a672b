/*
 * What it finds: filter FORWARD has the policy DROP, and no rule before its end accepts the packet or its answer.
 * Why traffic breaks: pods' and outside clients' packets are forwarded. Docker sets the policy since 1.13; kube-proxy accepts
 *   only what it marked and what answers; the rest is the network plugin's to accept.
 * How sure: the trace ends at the policy. A table that was not pasted whole leaves a doubt.
 * Fix: policy ACCEPT at once; the network plugin's accept rules, or Docker's ip-forward-no-drop, for good.
 * References: kubernetes 39823, 40182, 39658, 63479, 108718, 59656; rke 485; kube-router 757; docker 1.13 release notes.
 */
import { words } from "../../base/words.ts";
import { sideWords } from "../borrow.ts";
import { toolFor } from "../fix/commands.ts";
import { setPolicy } from "../fix/edit.ts";
import { endingBy, endsAt } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

export const forwardPolicyDrop: DefectRule = {
  id: "forward-policy-drop",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, "policy-drop")) {
      const probes = all.filter((p) => endsAt(p)?.chain === "FORWARD" && endsAt(p)?.table === "filter");
      const chain = side.snapshot.iptables.get(family)?.tables.get("filter")?.chains.get("FORWARD");
      if (probes.length === 0 || !chain) continue;
      const tool = toolFor(family);
      sightings.push({
        id: "forward-policy-drop",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              {
                kind: "command",
                text: `${tool} -P FORWARD ACCEPT`,
                says: words(
                  "At once, until Docker or a firewall restarts and sets DROP again. It opens forwarding for everything that no rule stops; undo with -P FORWARD DROP.",
                  "立即生效，直到 Docker 或防火墙重启后再次设为 DROP。没有规则拦截的流量都会被转发；用 -P FORWARD DROP 撤销。",
                ),
              },
              {
                kind: "config",
                text: '{ "ip-forward-no-drop": true }',
                says: words(
                  'In /etc/docker/daemon.json where Docker set the policy (27.4 and later; before, "iptables": false). Else let the network plugin add its accept rules for the pod range.',
                  '若由 Docker 设置该策略，写入 /etc/docker/daemon.json（27.4 及更新；更早用 "iptables": false）。否则让网络插件为 Pod 网段添加放行规则。',
                ),
              },
            ],
            holds: words("Shown with the policy ACCEPT.", "以默认策略 ACCEPT 验证。"),
            apply: (snapshot) => setPolicy(snapshot, family, "filter", "FORWARD", "ACCEPT"),
          },
        ],
        missteps: [],
        evidence: chain.at
          ? [
              {
                side: side.name,
                at: chain.at,
                says: words("the policy of FORWARD is DROP", "FORWARD 的默认策略是 DROP"),
              },
            ]
          : [],
        byAbsence: true,
      });
    }
    return sightings;
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    const answer = first?.trace.ending.outcome === "reply-lost";
    return {
      title: words(
        "The FORWARD policy drops pods' and outside clients' traffic",
        "FORWARD 的默认策略丢弃了 Pod 与外部客户端的流量",
      ),
      what: words(
        `On the ${sighting.side.name} node no rule of filter FORWARD accepts ${answer ? "the answer from" : "the packet to"} ${to}, and the chain's policy is DROP.`,
        `${sideWords[sighting.side.name]}的 filter FORWARD 中没有规则放行${answer ? "来自" : "发往"} ${to} 的${answer ? "回包" : "报文"}，而该链的默认策略是 DROP。`,
      ),
      why: words(
        "Processes of the node are not forwarded and still work; pods and node ports time out.",
        "节点自身的进程不经过转发，仍然正常；Pod 与 NodePort 访问会超时。",
      ),
      verify: [
        `${toolFor(sighting.family)} -S FORWARD | head`,
        `${toolFor(sighting.family)} -L FORWARD -v -n | head -1`,
      ],
    };
  },
};
