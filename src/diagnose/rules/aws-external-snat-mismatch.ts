/*
 * What it finds: on a node with the AWS VPC CNI, the answer of a pod of a second interface to an outside client is not sent back by the
 *   first: the routing rule for mark 0x80, or one of the mangle rules that set and restore it, is absent.
 * Why traffic breaks: the answer bears the node's address and leaves by the pod's interface, where EC2 drops it. Pods of the first
 *   interface answer well, so it fails on some nodes and for some pods only.
 * How sure: the routing rules and the mangle table were pasted; that EC2 checks sources is taken for granted.
 * Fix: the missing rule; AWS_VPC_CNI_NODE_PORT_SUPPORT and AWS_VPC_K8S_CNI_EXTERNALSNAT as the cluster needs them, and aws-node anew.
 * References: amazon-vpc-cni-k8s 2025, 3563, 3800; PR 1475.
 */
import { words } from "../../base/words.ts";
import { awsMangleRules, awsMark } from "../../kube-proxy/aws-cni.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { RoutingRule } from "../../model/routing/route.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence } from "../finding.ts";
import { commandLines } from "../fix/commands.ts";
import { addRoutingRule, appendRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Side } from "../side.ts";
import { endingBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

const mark = `0x${awsMark.toString(16)}`;
const byMark: Omit<RoutingRule, "at"> = {
  priority: 1024,
  negated: false,
  fwmark: { value: awsMark, mask: awsMark },
  action: { kind: "lookup", table: "main" },
};

/** Parts of the way back that the node lacks. */
function missing({ iptables, rules }: NodeSnapshot, device: string): { rule: boolean; mangle: Rule[] } {
  const texts = [...awsMangleRules(iptables.get(4))].map((r) => r.text);
  const comment = '-m comment --comment "AWS, primary ENI"';
  const set = `-A PREROUTING -i ${device} ${comment} -m addrtype --dst-type LOCAL --limit-iface-in -j CONNMARK --set-xmark ${mark}/${mark}`;
  const restore = `-A PREROUTING -i eni+ ${comment} -j CONNMARK --restore-mark --nfmask ${mark} --ctmask ${mark}`;
  return {
    rule: !rules.list.some((r) => r.fwmark?.value === awsMark && r.action.kind === "lookup"),
    mangle: [
      ...(texts.some((t) => t.includes("--set-xmark") || t.includes("--set-mark")) ? [] : [set]),
      ...(texts.some((t) => t.includes("--restore-mark")) ? [] : [restore]),
    ].map((text) => ruleFrom(text, "mangle", 4)),
  };
}

const holderOf = ({ snapshot }: Side, address: string): string | undefined =>
  snapshot.links.list.find((l) => l.name !== "kube-ipvs0" && l.addresses.some((a) => a.address === address))?.name;

export const awsExternalSnatMismatch: DefectRule = {
  id: "aws-external-snat-mismatch",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, probes] of endingBy(failing, "wrong-interface")) {
      const [first] = probes;
      if (!first) continue;
      const device = holderOf(side, first.flow.to);
      if (family !== 4 || device === undefined) continue;
      const lacks = missing(side.snapshot, device);
      if (!lacks.rule && lacks.mangle.length === 0) continue;
      sightings.push({
        id: "aws-external-snat-mismatch",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              {
                kind: "command",
                text: commandLines([
                  ...(lacks.rule ? [`ip rule add priority 1024 fwmark ${mark}/${mark} lookup main`] : []),
                  ...lacks.mangle.map((rule) => `iptables -t mangle ${printRule(rule)}`),
                ]),
                says: words(
                  "At once, until the next boot or until aws-node sets up the node anew. Undo with ip rule del and iptables -D. Open connections that fail start to work.",
                  "立即生效，直到重启或 aws-node 重新配置节点。用 ip rule del 与 iptables -D 撤销。正在失败的连接会随之恢复。",
                ),
              },
              {
                kind: "command",
                text: "kubectl -n kube-system set env daemonset aws-node AWS_VPC_CNI_NODE_PORT_SUPPORT=true AWS_VPC_K8S_CNI_EXTERNALSNAT=false   # true where a NAT gateway does it",
                says: words(
                  "For good: aws-node starts anew on each node and writes its rules. EXTERNALSNAT must be the same on every node. Pods keep running; open connections stay as they are.",
                  "长久之计：各节点的 aws-node 会重启并重写规则。各节点的 EXTERNALSNAT 必须一致。Pod 继续运行，已建立的连接不变。",
                ),
              },
            ],
            holds: words("", ""),
            apply: (snapshot) => {
              const marked = lacks.mangle.reduce((next, rule) => appendRule(next, 4, rule), snapshot);
              return lacks.rule ? addRoutingRule(marked, byMark) : marked;
            },
          },
        ],
        missteps: [],
        evidence: evidenceOf(side, first),
        byAbsence: true,
      });
    }
    return sightings;
  },

  explain({ side, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const lacks = missing(side.snapshot, (first && holderOf(side, first.flow.to)) ?? "eth0");
    const what = lacks.rule
      ? words(`no routing rule looks for mark ${mark}`, `没有匹配标记 ${mark} 的策略路由规则`)
      : words(`no mangle rule sets or restores mark ${mark}`, `mangle 表中缺少设置或恢复标记 ${mark} 的规则`);
    return {
      title: words(
        "Answers of pods on a second AWS interface leave by the wrong one",
        "位于 AWS 第二块网卡上的 Pod，其回包从错误的网卡发出",
      ),
      what: words(
        `On the ${side.name} node ${what.en}, so the answer to a client of ${to} leaves by the pod's own interface with the node's address.`,
        `${sideWords[side.name]}上${what["zh-CN"]}，因此给 ${to} 客户端的回包以节点地址从 Pod 自己的网卡发出。`,
      ),
      why: words(
        "EC2 drops what an interface sends with another one's address. Pods of the first interface are not affected, so it hangs on where the pod runs.",
        "EC2 会丢弃以其他网卡地址为源的报文。第一块网卡上的 Pod 不受影响，因此是否出问题取决于 Pod 的位置。",
      ),
      verify: ["ip rule | grep 0x80", "iptables -t mangle -S PREROUTING | grep 'AWS, primary ENI'   # two lines"],
    };
  },
};

/** The routes that the answer took, and the rule that sent it there. */
function evidenceOf(side: Side, p: Sighting["probes"][number]): Evidence[] {
  const routed = [...p.trace.steps].reverse().find((s) => s.kind === "routed" && s.direction === "reply" && s.at);
  const from = side.snapshot.rules.list.find(
    (r) => r.from && r.action.kind === "lookup" && routed?.kind === "routed" && r.action.table === routed.table,
  );
  return [
    ...(from
      ? [{ side: side.name, at: from.at, says: words("this rule takes the pod's answer", "该规则命中 Pod 的回包") }]
      : []),
    ...(routed?.kind === "routed" && routed.at
      ? [{ side: side.name, at: routed.at, says: words("and it leaves by this route", "于是按这条路由发出") }]
      : []),
  ];
}
