import { type Words, words } from "../base/words.ts";
import { familyOf } from "../model/net/ip.ts";
import { printRule } from "../model/netfilter/print-rule.ts";
import type { Trace } from "../simulate/trace.ts";
import { lessSure } from "./doubts.ts";
import type { Finding, Note } from "./finding.ts";
import type { Hurt, Symptom } from "./hurt.ts";
import { fails, type Probe, works } from "./probe.ts";
import { endsAt, rulesAt } from "./rules/ending.ts";
import { flowWords } from "./undecided.ts";

const symptomWords: Readonly<Record<Symptom, Words>> = {
  "times-out": words("times out", "超时"),
  refused: words("is refused", "被拒绝"),
  reset: words("is reset", "被重置"),
  "no-route": words("fails with “no route”", "报告“无路由”"),
  "wrong-source": words("works, and the server sees another source address", "能接通，但服务端看到的源地址不对"),
};

/** Errors that a client reports as EHOSTUNREACH or ENETUNREACH, and as ECONNREFUSED (icmp_err_convert, icmpv6_err_convert). */
const unreachable = /^icmp-(?:net|host|admin)-|^icmp6-(?:no-route|addr-)/;
const refusing = /^icmp6?-port-|^tcp-reset$/;
/** The client's own stack answers a stranger with a reset, and goes on waiting. */
const strangers: readonly string[] = ["reply-from-other-address", "reply-to-other-port", "reply-not-for-client"];
/** Nobody has the address, or no router knows a way: an error comes back, or nothing does. */
const lostOnTheWay: readonly string[] = ["router-no-route", "no-neighbour", "pod-without-route"];

/** How a client sees that end; nothing where it depends on what no dump tells. */
function seenAs(p: Probe, trace: Trace): readonly Symptom[] {
  const { outcome, reason, step } = trace.ending;
  switch (outcome) {
    case "wrong-source":
      return ["wrong-source"];
    case "looped":
      return ["times-out", "no-route"];
    case "reply-lost":
      return strangers.includes(reason) ? ["times-out", "reset"] : ["times-out"];
    case "dropped":
      return lostOnTheWay.includes(reason) ? ["times-out", "no-route"] : ["times-out"];
    case "refused":
      if (reason === "no-route") return ["no-route"];
      // who is told of a refused answer is the server
      if (trace.steps[step]?.direction === "reply") return ["times-out"];
      return reason === "rule-reject" ? rejectedAs(p, trace) : ["refused", "reset"];
    default:
      return [];
  }
}

function rejectedAs(p: Probe, trace: Trace): readonly Symptom[] {
  const place = endsAt({ trace });
  const rule = place && rulesAt(p, place, familyOf(p.flow.to));
  const error = rule && /--reject-with (\S+)/.exec(printRule(rule))?.[1];
  if (error === undefined) return [];
  return unreachable.test(error) ? ["no-route"] : refusing.test(error) ? ["refused", "reset"] : [];
}

/** Every way in which the flow fails, as a client sees it; empty where one of them cannot be told. */
function predicted(p: Probe): ReadonlySet<Symptom> {
  const failing = p.simulation.traces.filter((t) => t.ending.outcome === p.simulation.outcome);
  const seen = failing.map((t) => seenAs(p, t));
  return new Set(seen.some((s) => s.length === 0) ? [] : seen.flat());
}

const ofBroken = (wanted: Hurt | undefined, probes: readonly Probe[]): Probe | undefined =>
  probes.find((p) => p.flow === wanted && p.side.name === "broken");

/** Whether what is said to be seen is what the model predicts; undefined where either is not known. */
function agreement(wanted: Hurt | undefined, probes: readonly Probe[]): "agrees" | "contradicts" | undefined {
  const p = ofBroken(wanted, probes);
  if (!p || !fails(p) || wanted?.symptom === undefined) return undefined;
  const expected = predicted(p);
  return expected.size === 0 ? undefined : expected.has(wanted.symptom) ? "agrees" : "contradicts";
}

/** What explains another symptom than the one that is seen is less sure to be its cause. */
export function doubtBySymptom(
  findings: readonly Finding[],
  wanted: Hurt | undefined,
  probes: readonly Probe[],
): Finding[] {
  if (!wanted || agreement(wanted, probes) !== "contradicts") return [...findings];
  return lessSure(findings, "broken", [wanted]);
}

/** What the model makes of the flow that hurts, beside what somebody says of it. */
export function symptomNotes(wanted: Hurt | undefined, probes: readonly Probe[]): Note[] {
  const p = ofBroken(wanted, probes);
  if (!p) return [];
  const flow = flowWords(p.flow);
  if (works(p))
    return [
      {
        id: "symptom-not-shown",
        says: words(
          `The dumps predict that ${flow.en} works. If it does not: were they taken while it failed, on that node? Otherwise look at the server itself, its node, and network policies and firewalls on the way: tcpdump -n -i any host ${p.flow.to} shows how far it gets.`,
          `按这些输出，${flow["zh-CN"]} 应当能接通。如果实际不通：输出是在故障期间、在该节点上采集的吗？若是，请检查服务端本身、它所在的节点，以及途中的网络策略和防火墙：tcpdump -n -i any host ${p.flow.to} 可以看到报文走到了哪里。`,
        ),
        evidence: [],
      },
    ];
  const verdict = agreement(wanted, probes);
  if (!verdict || wanted?.symptom === undefined) return [];
  const [expected] = [...predicted(p)].map((s) => symptomWords[s]);
  const said = symptomWords[wanted.symptom];
  if (verdict === "agrees")
    return [
      {
        id: "symptom-agrees",
        says: words(
          `What hurts is what the dumps predict: ${flow.en} ${said.en}. ${p.trace.ending.says.en}`,
          `症状与这些输出的预测一致：${flow["zh-CN"]} ${said["zh-CN"]}。${p.trace.ending.says["zh-CN"]}`,
        ),
        evidence: [],
      },
    ];
  return [
    {
      id: "symptom-contradicts",
      first: true,
      says: words(
        `It is said that ${flow.en} ${said.en}, and the dumps predict that it ${expected?.en}: ${p.trace.ending.says.en} Something else may be in the way, so what explains it is less sure. Were the dumps taken while it failed, on that node? tcpdump -n -i any host ${p.flow.to} shows who answers.`,
        `据称 ${flow["zh-CN"]} ${said["zh-CN"]}，而这些输出的预测是${expected?.["zh-CN"]}：${p.trace.ending.says["zh-CN"]}途中可能另有原因，因此对它的解释把握较低。输出是在故障期间、在该节点上采集的吗？tcpdump -n -i any host ${p.flow.to} 可以看到是谁在应答。`,
      ),
      evidence: [],
    },
  ];
}
