/*
 * What it finds: the masquerade agent (ip-masq-agent, IP-MASQ-AGENT in table nat) spares the wrong destinations. Either a range that it
 *   spares lies outside the cluster, and pods' packets leave for there with the pod's own address; or its ranges do not hold
 *   the pods, and pods meet each other under their nodes' addresses.
 * Why traffic breaks: outside nobody routes pods' addresses back. Inside, servers and network policies judge the node.
 * How sure: the agent's own rule decides the flow in the simulation. A range of everything (0.0.0.0/0) is also how people say that
 *   a gateway outside masquerades: possible, unless that flow is what hurts or the other node masquerades it.
 * Fix: nonMasqueradeCIDRs of the agent's ConfigMap, which it reads again every minute.
 * References: ip-masq-agent 9, 61, 65; kubernetes 11204, 40761; website 1759.
 */
import { words } from "../../base/words.ts";
import { type Cidr, cidrHas, printCidr } from "../../model/net/cidr.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import { isSymbolic } from "../../model/net/symbolic.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence, Fix } from "../finding.ts";
import { toolFor } from "../fix/commands.ts";
import { insertRule, replaceRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import { coversServices } from "../flows.ts";
import { type Probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import {
  foreignMasquerade,
  isAgents,
  leavesAsPod,
  podRangesFor,
  reachesPod,
  sparedByAgent,
  toOutside,
} from "./pod-egress.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

const rangeOf = (rule: Rule, family: Family): string => {
  const to = rule.header.destination;
  return to ? printCidr(to.is) : family === 4 ? "0.0.0.0/0" : "::/0";
};

/** The range of pods that one flow goes to. */
function rangeReached(side: Side, p: Probe): Cidr | undefined {
  const to = p.trace.summary.dnatTo?.address;
  if (to === undefined || isSymbolic(to)) return undefined;
  const ranges = podRangesFor(side, familyOf(p.flow.to)).filter((c) => cidrHas(c, to));
  return ranges[ranges.length - 1];
}

export const masqueradeAgentRangesWrong: DefectRule = {
  id: "masquerade-agent-ranges-wrong",

  find(subject: Case): Sighting[] {
    return [...subject.side.paths.keys()].flatMap((family) => [
      ...outward(subject, family),
      ...inward(subject, family),
    ]);
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const out = first !== undefined && leavesAsPod(first);
    const node = sideWords[side.name];
    const rule = first && sparedByAgent(first);
    const range = rule ? rangeOf(rule, family) : "";
    return {
      title: out
        ? words(
            `The masquerade agent spares ${range}: pods reach the outside with their own addresses`,
            `masquerade agent 放过 ${range}：Pod 以自己的地址访问集群外部`,
          )
        : words(
            "The masquerade agent does not spare the pods' range: pods meet each other under their nodes' addresses",
            "masquerade agent 没有放过 Pod 网段：Pod 之间看到的是节点的地址",
          ),
      what: out
        ? words(
            `On the ${side.name} node a pod's packet to ${to}, which stands for any such address, leaves unmasqueraded: a rule of the agent returns it.`,
            `${node}上的 Pod 访问 ${to}（代表任意此类地址）的报文未做 MASQUERADE 就离开：agent 的一条规则让它返回了。`,
          )
        : words(
            `On the ${side.name} node a pod that connects to ${to} reaches another pod, and that one sees the node's address as the client.`,
            `${node}上的 Pod 连接 ${to} 到达另一个 Pod，而对方看到的客户端是节点的地址。`,
          ),
      why: out
        ? words(
            "Outside the cluster nobody routes pods' addresses, so no answer comes back, unless a gateway there translates them.",
            "集群之外没有人会路由 Pod 的地址，因此收不到应答，除非那里的网关会做地址转换。",
          )
        : words(
            "Without a list of its own the agent spares the private ranges 10/8, 172.16/12 and 192.168/16. Pods elsewhere must be named in nonMasqueradeCIDRs, or network policies and logs by pod judge the node.",
            "没有自定义列表时，agent 只放过私有网段 10/8、172.16/12 和 192.168/16。Pod 在其他网段时必须写入 nonMasqueradeCIDRs，否则按 Pod 的网络策略和日志只能看到节点。",
          ),
      verify: [`${toolFor(family)} -t nat -S | grep IP-MASQ`],
    };
  },
};

function outward({ side, other, wanted }: Case, family: Family): Sighting[] {
  const p = toOutside(side, family);
  const rule = p && leavesAsPod(p) ? sparedByAgent(p) : undefined;
  if (!p || !rule) return [];
  const range = rangeOf(rule, family);
  const everything = (rule.header.destination?.is.mask ?? 0n) === 0n;
  const there = other && toOutside(other, family);
  const masqueradedThere = there !== undefined && works(there) && foreignMasquerade(there) !== undefined;
  const hurts = wanted?.from === "pod" && !side.services.some((s) => s.address === wanted.to);
  return [
    {
      ...sighting(side, family, [p], rule.at),
      remedies: [
        {
          fixes: [listFix(`take ${range} out`, `去掉 ${range}`), deletes(family, rule)],
          holds: words(`Shown without ${range}.`, `以去掉 ${range} 验证。`),
          apply: (snapshot) => replaceRule(snapshot, family, rule),
        },
      ],
      evidence: [
        {
          side: side.name,
          at: rule.at,
          says: words(`spares ${range}, where pods' addresses are not known`, `放过 ${range}，而那里不认识 Pod 地址`),
        },
      ],
      ...(everything && !masqueradedThere && !hurts ? { atMost: "possible" } : {}),
    },
  ];
}

function inward(subject: Case, family: Family): Sighting[] {
  const { side } = subject;
  const masquerades = (p: Probe): Rule | undefined => {
    const rule = foreignMasquerade(p);
    return rule && isAgents(rule) ? rule : undefined;
  };
  const probes = subject.probes.filter(
    (p) => p.flow.from === "pod" && familyOf(p.flow.to) === family && works(p) && masquerades(p) && reachesPod(side, p),
  );
  const [first] = probes;
  const rule = first && masquerades(first);
  const range = first && rangeReached(side, first);
  if (!first || !rule || !range || coversServices(side, range)) return [];
  const text = printCidr(range);
  return [
    {
      ...sighting(side, family, probes, rule.at),
      remedies: [
        {
          fixes: [
            listFix(`add ${text}`, `加入 ${text}`),
            {
              kind: "command",
              text: `${toolFor(family)} -t nat -I ${rule.chain} -d ${text} -j RETURN`,
              says: words(
                "At once, for new connections, until the agent writes its chain again, within a minute. Undo with -D in place of -I.",
                "立即对新连接生效，直到 agent 在一分钟内重写该链。把 -I 换成 -D 即可撤销。",
              ),
            },
          ],
          holds: words(`Shown with ${text}.`, `以 ${text} 验证。`),
          apply: (snapshot) =>
            insertRule(snapshot, family, ruleFrom(`-A ${rule.chain} -d ${text} -j RETURN`, "nat", family), 0),
        },
      ],
      healed: (again) => works(again) && !masquerades(again),
      evidence: [
        {
          side: side.name,
          at: rule.at,
          says: words(
            `masquerades what the rules above do not spare: ${text} among it`,
            `对上面规则未放过的一切做 MASQUERADE，包括 ${text}`,
          ),
        },
      ],
    },
  ];
}

const sighting = (
  side: Side,
  family: Family,
  probes: readonly Probe[],
  at: Evidence["at"],
): Omit<Sighting, "remedies"> => ({
  id: "masquerade-agent-ranges-wrong",
  side,
  family,
  probes,
  missteps: [],
  evidence: [{ side: side.name, at, says: words("the agent's rule", "agent 的规则") }],
  byAbsence: false,
});

const listFix = (en: string, zh: string): Fix => ({
  kind: "config",
  text: "kubectl -n kube-system edit configmap ip-masq-agent   # nonMasqueradeCIDRs",
  says: words(
    `In nonMasqueradeCIDRs ${en}. Durable: the agent reads it again within a minute and writes its chain anew. Undo by the old list. Open connections stay as they are.`,
    `在 nonMasqueradeCIDRs 中${zh}。长期有效：agent 会在一分钟内重新读取并重写其链。恢复旧列表即可撤销。已建立的连接不变。`,
  ),
});

const deletes = (family: Family, rule: Rule): Fix => ({
  kind: "command",
  text: `${toolFor(family)} -t nat -D ${rule.chain} ${rule.number}`,
  says: words(
    "At once, for new connections, until the agent writes its chain again, within a minute: that undoes it, too.",
    "立即对新连接生效，直到 agent 在一分钟内重写该链，届时也就自动撤销。",
  ),
});
