import { numbered, words } from "../base/words.ts";
import { serviceKey } from "../kube-proxy/services.ts";
import { printCidr } from "../model/net/cidr.ts";
import { endpointText, type Flow, flowId } from "../simulate/flow.ts";
import type { Assumption } from "../simulate/trace.ts";
import type { Probes } from "./asking.ts";
import type { Undecidable } from "./finding.ts";
import type { AskedFlows } from "./flows.ts";
import { type Probe, works } from "./probe.ts";
import type { Side } from "./side.ts";
import { flowWords } from "./undecided.ts";

/** Reasons of an ending that say by themselves what is the matter, and are common on healthy nodes. */
const plain = new Set(["no-real-server", "drained-real-server", "no-endpoints", "reply-bypasses-node", "rule-reject"]);

/**
 * A node process or pod that fails on one node and works on the other, for a cause natlens has no rule for, is an open
 * question rather than a clean bill of health. Where both fail alike it is only noted.
 */
export function unexplainedQuestions(
  unexplained: readonly Probe[],
  probes: Probes,
  wanted: Flow | undefined,
): Undecidable[] {
  const open = unexplained.filter((p) => {
    if (p.flow.from === "hairpin" || plain.has(p.trace.ending.reason)) return false;
    const service = p.side.served.get(serviceKey({ ...p.flow, address: p.flow.to }));
    const other = probes.get(p.id)?.[p.side.name === "broken" ? "healthy" : "broken"];
    // Other addresses' traffic policy may be Local, and clients outside are strangers: there a difference of two nodes alone says something.
    const isPlain = p.flow.from !== "external" && service?.kind === "cluster-ip";
    if (p.flow !== wanted && !isPlain && !(other && service?.localPolicy === false)) return false;
    // Without endpoints kube-proxy rejects, or, before 1.14 and behind a plugin that accepts first, lets the packet go.
    if (service?.endpointsKnown && service.endpoints.length === 0) return false;
    if (other) return works(other);
    // A rule or policy that drops is somebody's wish as far as one node can tell.
    return p.side.name === "broken" && !p.trace.ending.reason.endsWith("-drop");
  });
  const byReason = new Map<string, Probe[]>();
  for (const p of open) byReason.set(p.trace.ending.reason, [...(byReason.get(p.trace.ending.reason) ?? []), p]);
  return [...byReason.values()].flatMap((list) => {
    const [first] = list;
    if (!first) return [];
    const flow = flowWords(first.flow);
    const lines = partial(first);
    if (lines.length > 0)
      return [
        {
          question: words(
            `${first.side.name} node: ${flow.en} fails in the model (${first.trace.ending.says.en}), but only some lines of ${lines.map((a) => tableOf(a)).join(" and ")} were pasted. Do the others let it through?`,
            `${first.side.name === "healthy" ? "正常" : "异常"}节点：模型中 ${flow["zh-CN"]} 不通（${first.trace.ending.says["zh-CN"]}），但 ${lines.map((a) => tableOf(a)).join("、")} 表只粘贴了部分行。其余的行是否放行它？`,
          ),
          paste: lines.map((a) => a.settledBy).join("; "),
          side: first.side.name,
        },
      ];
    return [
      {
        question: words(
          `${first.side.name} node: ${flow.en} fails in the model (${first.trace.ending.says.en}) and natlens knows no cause for it. Is that so in life?`,
          `${first.side.name === "healthy" ? "正常" : "异常"}节点：模型中 ${flow["zh-CN"]} 不通（${first.trace.ending.says["zh-CN"]}），natlens 没有对应的根因。实际如此吗？`,
        ),
        paste: `${lacksServers(first) ? "ipvsadm -S -n; " : ""}tcpdump -n -i any host ${first.flow.to} or port ${first.flow.port}`,
        side: first.side.name,
      },
    ];
  });
}

/** Tables on its way of which lines may be missing. */
const partial = (p: Probe): readonly Assumption[] =>
  p.simulation.assumptions.filter((a) => a.id.startsWith(partialTable));
const partialTable = "table-partial:";
const tableOf = (a: Assumption): string => a.id.slice(partialTable.length);

/** In IPVS mode, virtual servers may say more than anything else. */
const lacksServers = ({ side }: Probe): boolean =>
  side.print.modes.some((m) => m.mode === "ipvs") && side.snapshot.ipvs.coverage === "absent";

/** Flows that were not asked, since those before them leave too many ways open. */
export function leftOut(asked: AskedFlows, probes: Probes): Undecidable[] {
  const left = asked.flows.filter((flow) => !probes.has(flowId(flow)));
  const [first] = left;
  if (!first) return [];
  const flow = flowWords(first);
  const to = endpointText(first.to, first.port);
  return [
    {
      question: words(
        `Do ${flow.en} and ${numbered(left.length - 1, "more flow", "more flows")} get through? The rules leave so many ways open that these were not followed.`,
        `${flow["zh-CN"]}以及另外 ${left.length - 1} 个流能否接通？规则留下的可能路径过多，未再跟踪它们。`,
      ),
      paste: `natlens trace --node FILE --from ${first.from} --to ${to} --proto ${first.proto}`,
    },
  ];
}

/**
 * Without a Service no flow can be followed. That is an open question for one node alone, and for two whose ways of
 * masquerading differ; two that mark and masquerade alike leave nothing to ask.
 */
export function nothingToAsk(asked: AskedFlows, probes: Probes, sides: readonly Side[]): Undecidable[] {
  if (asked.flows.length > 0) return [...notSeen(probes, sides), ...rangesToCheck(sides)];
  const others = sides.flatMap((side) => carriedByOther(side));
  if (others.length > 0) return others;
  const [one, two] = sides;
  if (one && two && wayOf(one) === wayOf(two)) return [];
  return [
    {
      question: words(
        "Which Services does the node serve? None is known from these dumps, so no flow could be followed.",
        "节点提供哪些 Service？从这些输出中一个也得不到，因此没有可以跟踪的流。",
      ),
      paste: "ipvsadm -S -n; iptables-save; kubectl get services --all-namespaces -o wide",
    },
  ];
}

/** No Service is known, and none would show in kube-proxy's rules. */
function carriedByOther({ name, snapshot }: Side): Undecidable[] {
  const other = snapshot.otherDataplane;
  if (!other) return [];
  return [
    {
      question: words(
        `${name} node: do Services get through? ${other.name} carries them, and natlens does not model it.`,
        `${name === "healthy" ? "正常" : "异常"}节点：Service 能否接通？它们由 ${other.name} 承载，natlens 未对其建模。`,
      ),
      paste: other.look ?? "",
      side: name,
    },
  ];
}

/** What the other node serves could not be followed on the broken one: nothing pasted for it shows a Service. */
function notSeen(probes: Probes, sides: readonly Side[]): Undecidable[] {
  const broken = sides.find((side) => side.name === "broken");
  const other = sides.find((side) => side !== broken);
  if (!broken || !other || [...probes.values()].some((p) => p.broken)) return [];
  const carried = carriedByOther(broken);
  if (carried.length > 0) return carried;
  return [
    {
      question: words(
        "Which Services does the broken node serve? What was pasted for it shows none, so no flow could be followed there.",
        "异常节点提供哪些 Service？为它粘贴的内容中一个也没有，因此无法在该节点上跟踪任何流。",
      ),
      paste: (broken.print.mode ?? other.print.mode) === "ipvs" ? "ipvsadm -S -n; iptables-save" : "iptables-save",
      side: "broken",
    },
  ];
}

/**
 * Whether a cluster CIDR contains cluster IPs, where no dump names one. The healthy node's own answers itself: it works,
 * and so does a node with the same one.
 */
function rangesToCheck(sides: readonly Side[]): Undecidable[] {
  const rangesOf = (side: Side | undefined): string[] =>
    side?.standIn ? [...side.detectors.values()].flatMap((d) => (d.kind === "cidr" ? [printCidr(d.cidr)] : [])) : [];
  const healthy = sides.length > 1 ? sides.find((side) => side.name === "healthy") : undefined;
  const known = rangesOf(healthy);
  return rangesOf(sides.find((side) => side !== healthy))
    .filter((range) => !known.includes(range))
    .map((range) => ({
      question: words(
        `Does ${range}, the cluster CIDR, contain cluster IPs? These dumps name none.`,
        `cluster CIDR ${range} 是否包含 cluster IP？这些输出中没有给出任何 cluster IP。`,
      ),
      paste: "ipvsadm -S -n; ip addr show kube-ipvs0",
    }));
}

/** What is marked and what is masqueraded, in short. */
const wayOf = (side: Side): string =>
  [...side.paths]
    .map(([family, path]) => {
      const detector = side.detectors.get(family);
      return `${family} ${detector?.kind === "none" ? "none" : "some"} ${path.marking?.bits} ${path.masquerading?.bits} ${path.jumps.map((x) => Boolean(x.rule))}`;
    })
    .join("; ");
