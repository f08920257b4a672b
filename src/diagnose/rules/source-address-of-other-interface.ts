/*
 * What it finds: a node with several network cards, in iptables mode. A process connects to a cluster IP; the kernel chooses the
 *   source for that address, by the default route. kube-proxy then sends the packet to an endpoint behind another card, and nothing
 *   masquerades it, since kube-proxy was told no pod range.
 * Why traffic breaks: the packet leaves by one card with the address of the other. The server answers by its own routes, and as a
 *   rule these do not lead back to this node.
 * How sure: the address and the routes are in the dumps; whether the answer finds back is beyond the node. So it is possible,
 *   and likely where the flow that hurts is this one, the other node masquerades it, or a capture shows its SYN again and again.
 * Fix: a cluster CIDR, with which kube-proxy masquerades what does not come from pods.
 * References: kubernetes 63479; kube-router 549, PR 668.
 */
import { words } from "../../base/words.ts";
import type { Family } from "../../model/net/ip.ts";
import { isSymbolic } from "../../model/net/symbolic.ts";
import { holderOf } from "../../simulate/addresses.ts";
import { endpointText, flowId } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import { isOpening } from "../evidence/settled.ts";
import type { Evidence } from "../finding.ts";
import { toolFor } from "../fix/commands.ts";
import { insertRule } from "../fix/edit.ts";
import { podCidr } from "../fix/pod-cidr.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import { withOtherRange } from "../fix/source-test.ts";
import { type Probe, probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import { withClusterCidr } from "./cluster-cidr-remedies.ts";
import { endingBy } from "./ending.ts";
import { podRangeFixes } from "./hidden-clients.ts";
import type { Case, DefectRule, Remedy, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

/** The address that a flow leaves with, and the card it leaves by. */
function leaving(p: Probe): { source: string; dev: string } | undefined {
  const { sourceSent, sentBy } = p.trace.summary;
  return sourceSent === undefined || isSymbolic(sourceSent) || sentBy === undefined
    ? undefined
    : { source: sourceSent, dev: sentBy };
}

/** Something besides this node's own dumps says that it fails. */
function isShown({ side, other, wanted }: Case, p: Probe): boolean {
  if (wanted !== undefined && flowId(wanted) === p.id) return true;
  const there = other && probe(other, p.flow);
  if (there && works(there) && there.trace.summary.masqueraded) return true;
  const source = leaving(p)?.source;
  return side.pasted.captures.filter((c) => c.src === source && isOpening(c)).length > 1;
}

export const sourceAddressOfOtherInterface: DefectRule = {
  id: "source-address-of-other-interface",

  find(subject: Case): Sighting[] {
    const { side } = subject;
    const sightings: Sighting[] = [];
    for (const [family, probes] of endingBy(subject.failing, "source-of-other-interface")) {
      sightings.push({
        id: "source-address-of-other-interface",
        side,
        family,
        probes,
        remedies: remediesFor(subject, family, probes),
        missteps: [],
        evidence: evidenceOf(side, family, probes),
        byAbsence: false,
        ...(probes.some((p) => isShown(subject, p)) ? {} : { atMost: "possible" }),
      });
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const { source = "", dev = "" } = (first && leaving(first)) ?? {};
    const server = first?.trace.summary.dnatTo?.address;
    const real = server === undefined || isSymbolic(server) ? "ENDPOINT" : server;
    return {
      title: words(
        `Connections to Services leave by ${dev} with the address of another interface, ${source}`,
        `访问 Service 的连接从 ${dev} 发出，源地址却是另一接口的 ${source}`,
      ),
      what: words(
        `On the ${side.name} node a process that connects to ${to} gets the source ${source}, which the route to the cluster IP gives. kube-proxy sends the packet on to ${real}, which lies behind ${dev}; nothing masquerades it.`,
        `${sideWords[side.name]}上的进程连接 ${to} 时，内核按到 cluster IP 的路由选 ${source} 作源地址。kube-proxy 把报文转给 ${dev} 后面的 ${real}，途中没有做 MASQUERADE。`,
      ),
      why: words(
        "The source is chosen before the destination is rewritten, and stays. The server's answer to that address takes the server's own way, which as a rule does not lead back to this node.",
        "源地址在目的地址被改写之前选定，之后不再变化。服务端按自己的路由应答该地址，通常回不到本节点。",
      ),
      verify: [
        `ip route get ${first?.flow.to ?? ""}; ip route get ${real}   # the two must not differ in src, or it must be masqueraded`,
        `${toolFor(family)} -t nat -S | grep KUBE-MARK-MASQ | grep -- '! -s'`,
      ],
    };
  },
};

function remediesFor(subject: Case, family: Family, probes: readonly Probe[]): Remedy[] {
  const { side } = subject;
  const cidr = podCidr(subject, family);
  const detector = side.detectors.get(family);
  const [first] = probes;
  const way = first && leaving(first);
  const durable: Remedy = {
    fixes: podRangeFixes(cidr, { flag: "", setting: "" }),
    holds: cidr.known
      ? words(`Shown with ${cidr.text}.`, `以 ${cidr.text} 验证。`)
      : words("Holds for any range without the node's own addresses.", "对任何不含节点自身地址的网段都成立。"),
    apply: (snapshot) =>
      detector?.kind === "cidr"
        ? withOtherRange(snapshot, family, detector.cidr, cidr.model)
        : withClusterCidr(snapshot, side, family, cidr.model),
  };
  if (!way) return [durable];
  const rule = `POSTROUTING -s ${way.source} -o ${way.dev} -j MASQUERADE`;
  return [
    durable,
    {
      fixes: [
        {
          kind: "command",
          text: `${toolFor(family)} -t nat -I ${rule}`,
          says: words(
            "At once, for new connections, until a reboot: kube-proxy leaves it alone. Undo with -D in place of -I. Open connections stay open.",
            "立即对新连接生效，重启节点后失效：kube-proxy 不会改动它。把 -I 换成 -D 即可撤销。已建立的连接不受影响。",
          ),
        },
      ],
      holds: words("", ""),
      apply: (snapshot) => insertRule(snapshot, family, ruleFrom(`-A ${rule}`, "nat", family), 0),
    },
  ];
}

function evidenceOf(side: Side, family: Family, probes: readonly Probe[]): Evidence[] {
  const found: Evidence[] = [];
  const [first] = probes;
  const way = first && leaving(first);
  const holder = first?.trace.summary.sourceSent && holderOf(side.snapshot, first.trace.summary.sourceSent);
  if (!first || !way || !holder) return found;
  found.push({
    side: side.name,
    at: holder.line.at,
    says: words(
      `${way.source} belongs to ${holder.link.name}, and leaves by ${way.dev}`,
      `${way.source} 属于 ${holder.link.name}，却从 ${way.dev} 发出`,
    ),
  });
  const routed = first.trace.steps.filter((s) => s.kind === "routed" && s.direction === "original" && s.at);
  for (const [i, step] of routed.slice(0, 2).entries())
    if (step.kind === "routed" && step.at)
      found.push({
        side: side.name,
        at: step.at,
        says:
          i === 0
            ? words("the route to the cluster IP, which gives the source", "到 cluster IP 的路由，由它选定源地址")
            : words("the route to the server", "到服务端的路由"),
      });
  const detector = side.detectors.get(family);
  if (detector && "at" in detector && detector.at)
    found.push({
      side: side.name,
      at: detector.at,
      says:
        detector.kind === "cidr"
          ? words("its range spares the node's own address too", "其网段把节点自己的地址也放过了")
          : words("no rule here marks what comes from the node", "这里没有规则给节点自身的流量打标记"),
    });
  for (const c of side.pasted.captures)
    if (c.src === way.source && isOpening(c)) {
      found.push({
        side: side.name,
        at: c.at,
        says: words(
          `captured: a SYN to ${endpointText(c.dst, c.dport)} with that source`,
          `抓包所见：以该源地址发往 ${endpointText(c.dst, c.dport)} 的 SYN`,
        ),
      });
      break;
    }
  return found;
}
