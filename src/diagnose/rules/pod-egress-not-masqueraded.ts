/*
 * What it finds: a pod's packet to the outside leaves with the pod's own address, because the network plugin's masquerade rule
 *   (flannel's --ip-masq and the like) is not there, or no jump leads to it.
 * Why traffic breaks: outside the cluster nobody routes pods' addresses: the answer is lost.
 * How sure: many networks do route pods (clouds, BGP), and then no node masquerades. So it is said only where this node's rules
 *   still show that the plugin masquerades (its chain, the rules that spare pods from it), or the other node does it by a
 *   plugin whose device is here too; or as possible, where such a flow is what hurts.
 * Fix: the plugin writes its rules again when it starts; by hand until then.
 * References: flannel network/iptables.go MasqRules; weave; CNI plugins ipMasq; Calico natOutgoing.
 */
import { words } from "../../base/words.ts";
import { podRangesOf } from "../../kube-proxy/pod-routes.ts";
import { rulesIn } from "../../kube-proxy/rule-words.ts";
import { type Cidr, printCidr } from "../../model/net/cidr.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import { inWords } from "../../model/net/symbolic.ts";
import { type Rule, rulesOf } from "../../model/netfilter/rule.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence, Fix } from "../finding.ts";
import { toolFor } from "../fix/commands.ts";
import { appendRule } from "../fix/edit.ts";
import { podCidr } from "../fix/pod-cidr.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import { works } from "../probe.ts";
import type { Side } from "../side.ts";
import {
  foreignChains,
  foreignMasquerade,
  isEngines,
  leavesAsPod,
  podRangesFor,
  podRules,
  sparedByAgent,
  toOutside,
} from "./pod-egress.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

/** Chains that network plugins make for nothing else than to masquerade pods. */
const pluginChain = /^(FLANNEL-POSTRTG|WEAVE)$/;
/** Chains of network plugins and agents that may masquerade, as their rules say. */
const agentChain = /^(cali-|CILIUM|ANTREA|IP-MASQ|KUBE-ROUTER|CNI-[0-9a-f])/;

/** What still shows that pods are masqueraded here: without the rule itself, or with it where no jump leads. */
function remains(side: Side, family: Family, pods: readonly Cidr[]): Evidence[] {
  const found: Evidence[] = [];
  for (const chain of foreignChains(side, family)) {
    const masquerades = [...rulesOf(chain.rules)].find((r) => /^(MASQUERADE|SNAT)$/.test(r.target?.name ?? ""));
    const plugin = pluginChain.test(chain.name);
    const at = masquerades?.at ?? chain.at ?? chain.rules.at(0)?.at;
    if (!at || !(plugin || (agentChain.test(chain.name) && masquerades))) continue;
    found.push({
      side: side.name,
      at,
      says: masquerades
        ? words(
            `${chain.name} would masquerade pods, and the packet never gets here`,
            `${chain.name} 本会对 Pod 做 MASQUERADE，但报文到不了这里`,
          )
        : words(
            `${chain.name} is there to masquerade pods, and has no rule for it`,
            `${chain.name} 用于对 Pod 做 MASQUERADE，却没有相应的规则`,
          ),
    });
  }
  for (const rule of podRules(side, family, pods)) {
    const { source, destination } = rule.header;
    const spares =
      /^(RETURN|ACCEPT)$/.test(rule.target?.name ?? "") && source?.negated === false && destination?.negated === false;
    const inward = rule.target?.name === "MASQUERADE" && source?.negated === true && destination?.negated === false;
    if (!spares && !inward) continue;
    found.push({
      side: side.name,
      at: rule.at,
      says: words(
        "goes with a rule that masquerades pods, which is not there",
        "它与一条对 Pod 做 MASQUERADE 的规则成对，而那条规则不在",
      ),
    });
  }
  return found;
}

/** Whose rule it is, by its chain, and a device that the same plugin makes. flannel's older rules stand in POSTROUTING itself. */
const plugins: readonly (readonly [RegExp, RegExp])[] = [
  [/^(FLANNEL-|POSTROUTING$)/, /^flannel/],
  [/^WEAVE/, /^weave$/],
  [/^cali-/, /^(cali|tunl0|vxlan\.calico)/],
  [/^CILIUM/, /^(cilium|lxc)/],
];

/** The plugin that masquerades on the other node runs on this one too: clusters may have nodes of two kinds. */
const runsHere = (side: Side, rule: Rule): boolean =>
  !isEngines(rule) &&
  plugins.some(
    ([chain, device]) => chain.test(rule.chain) && side.snapshot.links.list.some((link) => device.test(link.name)),
  );

export const podEgressNotMasqueraded: DefectRule = {
  id: "pod-egress-not-masqueraded",

  find(subject: Case): Sighting[] {
    const { side, other, wanted } = subject;
    const sightings: Sighting[] = [];
    for (const [family, path] of side.paths) {
      const pods = podRangesFor(side, family);
      const p = toOutside(side, family);
      if (!p || !path.whole || pods.length === 0 || !leavesAsPod(p) || sparedByAgent(p)) continue;
      const here = remains(side, family, pods);
      const there = other && toOutside(other, family);
      const found = there && works(there) ? foreignMasquerade(there) : undefined;
      const rule = found && runsHere(side, found) ? found : undefined;
      const hurts = wanted?.from === "pod" && familyOf(wanted.to) === family && isOutside(side, wanted.to);
      if (here.length === 0 && !rule && !hurts) continue;
      const all = podRangesOf(side.snapshot, family).find((c) => pods.includes(c));
      const cidr = all ? { text: printCidr(all), model: all, ask: [] } : podCidr(subject, family);
      const { text } = cidr;
      const command = `POSTROUTING -s ${text} ! -d ${text} -j MASQUERADE`;
      sightings.push({
        id: "pod-egress-not-masqueraded",
        side,
        family,
        probes: [p],
        remedies: [
          {
            fixes: [restartPlugin, ...cidr.ask.map(printsRange), byHand(family, command)],
            holds: all
              ? words(`Shown with ${text}.`, `以 ${text} 验证。`)
              : words("Holds for any range that holds the pods.", "对任何包含 Pod 的网段都成立。"),
            apply: (snapshot) =>
              appendRule(
                snapshot,
                family,
                ruleFrom(`-A ${command.replaceAll(text, printCidr(cidr.model))}`, "nat", family),
              ),
          },
        ],
        missteps: [],
        evidence: [
          ...here,
          ...(rule && other
            ? [
                {
                  side: other.name,
                  at: rule.at,
                  says: words(
                    `the ${other.name} node masquerades its pods here`,
                    `${sideWords[other.name]}在此对其 Pod 做 MASQUERADE`,
                  ),
                },
              ]
            : []),
          ...postrouting(side, family),
        ],
        byAbsence: true,
        ...(here.length > 0 || rule ? {} : { atMost: "possible" }),
      });
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const source = first?.trace.summary.sourceSent;
    const as = source === undefined ? words("its own address", "自己的地址") : inWords(source);
    return {
      title: words(
        "Pods reach the outside with their own addresses: the network plugin's masquerade rule is missing",
        "Pod 以自己的地址访问集群外部：缺少网络插件的 MASQUERADE 规则",
      ),
      what: words(
        `On the ${side.name} node a pod's packet to ${to}, which stands for any address outside, leaves with the source ${as.en}: nothing in nat POSTROUTING masquerades it.`,
        `${sideWords[side.name]}上的 Pod 访问 ${to}（代表任意外部地址）的报文以 ${as["zh-CN"]} 为源地址离开：nat 表 POSTROUTING 中没有规则对它做 MASQUERADE。`,
      ),
      why: words(
        "Outside the cluster nobody routes pods' addresses, so no answer comes back. Services inside the cluster still work.",
        "集群之外没有人会路由 Pod 的地址，因此收不到应答。集群内的 Service 不受影响。",
      ),
      verify: [
        `${toolFor(family)} -t nat -S POSTROUTING   # a rule for pods must stand here, or a jump to the plugin's chain`,
      ],
    };
  },
};

const isOutside = (side: Side, to: string): boolean => !side.services.some((s) => s.address === to);

const restartPlugin: Fix = {
  kind: "command",
  text: "kubectl -n kube-system get pods -o wide --field-selector spec.nodeName=NODE   # then delete the network plugin's pod on it, and see that it masquerades: flannel --ip-masq, Calico natOutgoing: true, CNI ipMasq: true",
  says: words(
    "The plugin writes its rules again when it starts, and keeps them. Pods' connections stay open.",
    "插件启动时会重新写入规则并长期维护。Pod 已建立的连接不受影响。",
  ),
};

const printsRange = (text: string): Fix => ({
  kind: "command",
  text,
  says: words(
    "Prints this cluster's pod range (POD_CIDR). Changes nothing.",
    "打印本集群的 Pod 网段（POD_CIDR），不做任何改动。",
  ),
});

const byHand = (family: Family, command: string): Fix => ({
  kind: "command",
  text: `${toolFor(family)} -t nat -A ${command}`,
  says: words(
    "At once, for new connections, until a reboot or until somebody flushes the table. Undo with -D in place of -A.",
    "立即对新连接生效，重启节点或有人清空该表后失效。把 -A 换成 -D 即可撤销。",
  ),
});

/** The last line of POSTROUTING: there is nothing below. */
function postrouting(side: Side, family: Family): Evidence[] {
  const last = [...rulesIn(side.snapshot.iptables.get(family), "nat", "POSTROUTING")].pop();
  return last
    ? [{ side: side.name, at: last.rule.at, says: words("the last rule of POSTROUTING", "POSTROUTING 的最后一条规则") }]
    : [];
}
