/*
 * What it finds: a load balancer's Service has loadBalancerSourceRanges, and the sender is in none of them: KUBE-FW, KUBE-FIREWALL
 *   and KUBE-MARK-DROP (up to 1.24), KUBE-PROXY-FIREWALL or KUBE-SOURCE-RANGES-FIREWALL (since 1.25), KUBE-IPVS-OUT-FILTER
 *   for the node itself (IPVS mode since 1.29) drop the packet.
 * Why traffic breaks: dropped without an answer; the client sees a timeout. Pods and nodes are clients, too.
 * How sure: ranges are there to keep somebody out, so it is no more than possible unless somebody asked for this flow, or a
 *   capture shows a client that tries again and again.
 * Fix: a range that holds the client.
 * References: kubernetes 62638, 88698, 119656; PRs 85572, 119791.
 */
import { words } from "../../base/words.ts";
import { setNameFor } from "../../kube-proxy/names.ts";
import { jumpOf, rulesIn } from "../../kube-proxy/rule-words.ts";
import { serviceKey } from "../../kube-proxy/services.ts";
import { printCidr } from "../../model/net/cidr.ts";
import { bitsOf, type Family } from "../../model/net/ip.ts";
import { type Address, isSymbolic } from "../../model/net/symbolic.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import type { Flow } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import { serviceOf } from "../evidence/elsewhere.ts";
import { isOpening } from "../evidence/settled.ts";
import type { Fix } from "../finding.ts";
import { commandLines } from "../fix/commands.ts";
import { addToSet, insertRule, replaceRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { endingBy, groupedBy, rulesAt } from "./ending.ts";
import { keptOutBy } from "./kept-out.ts";
import type { Case, DefectRule, Remedy, Sighting } from "./rule.ts";
import { isAsked, named, serviceOfFlow } from "./service-words.ts";
import { flowText } from "./unmarked.ts";

/** A client that a capture shows to open the same connection twice. */
const triesAgain = (side: Side, { source, to, port }: Flow): boolean =>
  source !== undefined &&
  side.pasted.captures.filter((c) => isOpening(c) && c.src === source && c.dst === to && c.dport === port).length > 1;

const mostClients = 8;

export const sourceRangesExcludeClient: DefectRule = {
  id: "source-ranges-exclude-client",

  asks(side) {
    const flows = new Map<string, Flow>();
    for (const c of side.pasted.captures) {
      if (flows.size >= mostClients) break;
      if (!isOpening(c) || c.dport === undefined || (c.proto !== "tcp" && c.proto !== "udp" && c.proto !== "sctp"))
        continue;
      const kind = side.served.get(serviceKey({ address: c.dst, port: c.dport, proto: c.proto }))?.kind;
      const flow: Flow = { from: "external", source: c.src, to: c.dst, port: c.dport, proto: c.proto };
      if (kind === "load-balancer" && triesAgain(side, flow)) flows.set(`${c.src} ${c.dst} ${c.dport}`, flow);
    }
    return [...flows.values()];
  },

  find(subject: Case): Sighting[] {
    const { side, wanted, failing } = subject;
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, "rule-drop", "outside-address-not-taken")) {
      const out = all.filter((p) => keptOutBy(p));
      const seen = out.filter((p) => triesAgain(side, p.flow));
      const asked = out.filter((p) => wanted && p.flow.from === wanted.from && isAsked(p, wanted));
      const sure = asked.length > 0 ? asked : seen;
      for (const [, probes] of groupedBy(sure.length > 0 ? sure : out, (p) => serviceOfFlow(serviceOf(p)))) {
        const [first] = probes;
        const step = first && keptOutBy(first);
        if (!first || !step) continue;
        sightings.push({
          id: "source-ranges-exclude-client",
          side,
          family,
          about: rangeFor(first, family),
          probes,
          remedies: [letIn(probes, family)],
          missteps: [],
          atMost: sure.length === 0 ? "possible" : asked.some((p) => isConcrete(p)) ? "certain" : "likely",
          evidence: step.place.at
            ? [
                {
                  side: side.name,
                  at: step.place.at,
                  says: words("who is in no source range is dropped", "不在任何来源网段内的报文被丢弃"),
                },
              ]
            : [],
          byAbsence: false,
        });
      }
    }
    return sightings;
  },

  explain({ side, probes, about }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const service = named(first && serviceOf(first));
    return {
      title: words(
        `The source ranges of ${service?.name ?? to} leave the client out`,
        `${service?.name ?? to} 的来源网段不包含该客户端`,
      ),
      what: words(
        `The ${side.name} node drops what comes to ${to} from a sender that is in none of the Service's loadBalancerSourceRanges.`,
        `${sideWords[side.name]}丢弃了发往 ${to}、来源不在该 Service 的 loadBalancerSourceRanges 内的报文。`,
      ),
      why: words(
        "So the ranges are meant; but nodes and pods that use the load balancer's address are clients, too, and a client may come from behind another address.",
        "这正是来源网段的用途；但使用负载均衡地址的节点和 Pod 也是客户端，客户端也可能以别的地址出现。",
      ),
      verify: [
        service
          ? `kubectl -n ${service.namespace} get service ${service.service} -o jsonpath='{.spec.loadBalancerSourceRanges}'   # holds ${about}`
          : `kubectl get services --all-namespaces -o jsonpath='{range .items[*]}{.metadata.name}{" "}{.spec.loadBalancerSourceRanges}{"\\n"}{end}'   # holds ${about}`,
      ],
    };
  },
};

/** The sender as the rule sees it. */
const senderOf = (p: Probe): Address | undefined => keptOutBy(p)?.packet.src;
function isConcrete(p: Probe): boolean {
  const sender = senderOf(p);
  return sender !== undefined && !isSymbolic(sender);
}

const placeholder = "CLIENT_RANGE";
/** The range to add, as it stands in commands. */
function rangeFor(p: Probe, family: Family): string {
  const sender = senderOf(p);
  return sender === undefined || isSymbolic(sender) ? placeholder : `${sender}/${bitsOf(family)}`;
}
/** One that holds the sender, for the model. */
function rangeInModel(p: Probe, family: Family): string {
  const sender = senderOf(p);
  if (sender !== undefined && isSymbolic(sender) && sender.within) return printCidr(sender.within);
  return sender === undefined || isSymbolic(sender)
    ? family === 4
      ? "0.0.0.0/0"
      : "::/0"
    : `${sender}/${bitsOf(family)}`;
}

function letIn(probes: readonly Probe[], family: Family): Remedy {
  const [first] = probes;
  const ranges = [...new Set(probes.map((p) => rangeFor(p, family)))];
  const range = ranges.join(", ");
  const service = named(first && serviceOf(first));
  const fixes: Fix[] = [
    {
      kind: "command",
      text: commandLines(
        ranges.map(
          (one) =>
            `kubectl -n ${service?.namespace ?? "NAMESPACE"} patch service ${service?.service ?? "SERVICE"} --type=json -p '[{"op":"add","path":"/spec/loadBalancerSourceRanges/-","value":"${one}"}]'`,
        ),
      ),
      says: words(
        `Lets ${range} in, on all nodes and for good; the load balancer may filter by the same list. New connections only. Undo by taking it out of the list.`,
        `在所有节点上长期放行 ${range}；负载均衡器可能也按此列表过滤。仅对新连接生效。从列表中移除即撤销。`,
      ),
    },
  ];
  return {
    fixes,
    holds: ranges.includes(placeholder)
      ? words("Shown for any range that holds the client.", "对包含该客户端的任意网段都成立。")
      : words(`Shown with ${range} among the ranges.`, `以来源网段含有 ${range} 验证。`),
    apply: (snapshot) => probes.reduce((next, p) => withRange(next, p, family), snapshot),
  };
}

/** The node as kube-proxy leaves it once a range holds the sender. */
function withRange(snapshot: Side["snapshot"], p: Probe, family: Family): Side["snapshot"] {
  const step = keptOutBy(p);
  const rule = step && rulesAt(p, step.place, family);
  if (!step || !rule) return snapshot;
  const range = rangeInModel(p, family);
  const { chain } = step.place;
  if (chain === "KUBE-IPVS-OUT-FILTER") return replaceRule(snapshot, family, rule);
  const own = /KUBE-FW-[A-Z2-7]+/.exec(chain.startsWith("KUBE-FW-") ? chain : printRule(rule))?.[0];
  if (own !== undefined) {
    const like = [...rulesIn(snapshot.iptables.get(family), "nat", own)].find(
      (r) => r.rule.header.source && /^KUBE-(?:SVC|SVL|EXT|XLB)-/.test(jumpOf(r) ?? ""),
    );
    return like
      ? insertRule(snapshot, family, allowing(own, range, jumpOf(like) ?? "", family), like.rule.number - 1)
      : snapshot;
  }
  const names = new Set(snapshot.sets.byName.keys());
  const set = setNameFor("KUBE-LOAD-BALANCER-SOURCE-CIDR", family, names);
  const { to, port, proto } = p.flow;
  return addToSet(snapshot, set, "hash:ip,port,net", family, [`${to},${proto}:${port},${range}`]);
}

const allowing = (chain: string, range: string, target: string, family: Family): Rule =>
  ruleFrom(`-A ${chain} -s ${range} -j ${target}`, "nat", family);
