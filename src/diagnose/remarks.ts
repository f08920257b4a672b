import { numbered, type Words, words } from "../base/words.ts";
import { rangeText } from "../kube-proxy/version.ts";
import { sideWords } from "./borrow.ts";
import { clueLines } from "./clusters.ts";
import type { Note } from "./finding.ts";
import type { Probe } from "./probe.ts";
import type { Side } from "./side.ts";
import { flowWords } from "./undecided.ts";

/** Which kube-proxy wrote a side's dump, and what speaks against it. */
export function* fingerprintNotes(side: Side): Generator<Note> {
  const { mode, range, contradictions } = side.print;
  if (!mode) return;
  const version = rangeText(range);
  const node = sideWords[side.name];
  yield {
    id: `kube-proxy-${side.name}`,
    says:
      version.en === ""
        ? words(
            `The ${side.name} node runs kube-proxy in ${mode} mode; nothing in the dumps dates it.`,
            `${node}运行 ${mode} 模式的 kube-proxy；输出中没有能判断版本的内容。`,
          )
        : words(
            `The ${side.name} node's rules are those of kube-proxy ${version.en}, ${mode} mode.`,
            `${node}的规则属于 kube-proxy ${version["zh-CN"]}，${mode} 模式。`,
          ),
    evidence: clueLines(side),
  };
  for (const [one, other] of contradictions.slice(0, 3))
    yield {
      id: `kube-proxy-contradiction-${side.name}`,
      says: words(
        `On the ${side.name} node two signs contradict each other: ${one.says.en}, yet ${other.says.en}. Rules of two versions may stand side by side after an upgrade.`,
        `${node}上有两处迹象互相矛盾：${one.says["zh-CN"]}，但${other.says["zh-CN"]}。升级之后，两个版本的规则可能并存。`,
      ),
      evidence: [one, other].flatMap((c) => (c.at ? [{ side: side.name, at: c.at, says: c.says }] : [])),
    };
}

/** Flows that the model says fail and that no rule explains: said as what they are. */
export function unexplainedNotes(probes: readonly Probe[]): Note[] {
  const byReason = new Map<string, Probe[]>();
  for (const p of probes) {
    const key = `${p.side.name} ${p.trace.ending.reason} ${p.trace.ending.says.en}`;
    byReason.set(key, [...(byReason.get(key) ?? []), p]);
  }
  return [...byReason.values()].slice(0, 12).flatMap((list) => {
    const [first] = list;
    if (!first) return [];
    const { side, trace } = first;
    const stopped = trace.steps[trace.ending.step];
    const last = [...trace.steps].reverse().find((s) => s.kind === "rule" && s.place.at);
    const at = stopped?.kind === "rule" ? stopped.place.at : last?.kind === "rule" ? last.place.at : undefined;
    const flow = flowWords(first.flow);
    const more: Words = list.length > 1 ? words(` and ${list.length - 1} more`, `等 ${list.length} 个`) : words("", "");
    return [
      {
        id: `fails-${trace.ending.reason}`,
        says: words(
          `On the ${side.name} node ${flow.en}${more.en}: ${trace.ending.outcome}. ${trace.ending.says.en}`,
          `${sideWords[side.name]}上 ${flow["zh-CN"]}${more["zh-CN"]}：${trace.ending.says["zh-CN"]}`,
        ),
        evidence: at ? [{ side: side.name, at, says: words("the last rule on its way", "途中最后一条规则") }] : [],
      },
    ];
  });
}

/** Flows with more ways than were followed: said, since a way not followed may end otherwise. */
export function sampledNotes(probes: readonly Probe[]): Note[] {
  const sampled = probes.filter((p) => p.simulation.truncated);
  const [first] = sampled;
  if (!first) return [];
  const flow = flowWords(first.flow);
  const more: Words =
    sampled.length > 1
      ? words(` and ${numbered(sampled.length - 1, "more flow", "more flows")}`, `等 ${sampled.length} 个流`)
      : words("", "");
  return [
    {
      id: "ways-sampled",
      says: words(
        `${flow.en}${more.en}: the rules leave more ways open than natlens follows; ${first.simulation.traces.length} of them were followed, the likeliest first.`,
        `${flow["zh-CN"]}${more["zh-CN"]}：规则留下的可能路径多于 natlens 能跟踪的数量；已跟踪其中 ${first.simulation.traces.length} 条，最可能的在先。`,
      ),
      evidence: [],
    },
  ];
}

export const blindSpots: readonly Words[] = [
  words(
    "Network policy in eBPF, cloud firewalls and security groups: look there if a flow that works here fails in life.",
    "eBPF 中的网络策略、云防火墙与安全组：若此处判定可通而实际不通，请检查它们。",
  ),
  words(
    "The server itself: does it listen, and does it answer? `tcpdump -n -i any port PORT` on it shows.",
    "服务端自身：是否在监听、是否应答？在其上运行 `tcpdump -n -i any port PORT` 可见。",
  ),
  words(
    "Existing connections: rules count for new ones only. `conntrack -L` shows what was decided before.",
    "已建立的连接：规则只对新连接生效。`conntrack -L` 可见先前的决定。",
  ),
];
