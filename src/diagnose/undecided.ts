import { shellWord } from "../base/shell-word.ts";
import { numbered, type Words, words } from "../base/words.ts";
import { setsOf, wordedRule } from "../kube-proxy/rule-words.ts";
import { familyOf } from "../model/net/ip.ts";
import { isSymbolic } from "../model/net/symbolic.ts";
import type { TableName } from "../model/netfilter/hook.ts";
import { endpointText, type Flow } from "../simulate/flow.ts";
import type { Trace } from "../simulate/trace.ts";
import type { ObservationVerdict, Undecidable } from "./finding.ts";
import type { Probe } from "./probe.ts";

const senders: Readonly<Record<Flow["from"], Words>> = {
  host: words("a process on the node", "节点上的进程"),
  pod: words("a pod", "Pod"),
  hairpin: words("a pod of the Service itself", "该 Service 自己的 Pod"),
  external: words("an outside client", "外部客户端"),
};

export function flowWords(flow: Flow): Words {
  const to = `${endpointText(flow.to, flow.port)}/${flow.proto}`;
  const bound =
    flow.from !== "host" || flow.source === undefined
      ? words("", "")
      : isSymbolic(flow.source)
        ? words(` bound to ${flow.source.says.en}`, `（绑定${flow.source.says["zh-CN"]}）`)
        : words(` bound to ${flow.source}`, `（绑定 ${flow.source}）`);
  const from = senders[flow.from];
  return words(`${from.en}${bound.en} → ${to}`, `${from["zh-CN"]}${bound["zh-CN"]} → ${to}`);
}

/** Questions that stay open, one for each thing that is missing, with the command that prints it. */
export function undecidables(probes: readonly Probe[]): Undecidable[] {
  const byPaste = new Map<string, { flows: Probe[]; reason: Words }>();
  for (const p of probes) {
    if (p.simulation.outcome !== "undecidable") continue;
    const { paste, reason } = missing(p);
    const entry = byPaste.get(paste) ?? { flows: [], reason };
    entry.flows.push(p);
    byPaste.set(paste, entry);
  }
  return [...byPaste].map(([paste, { flows, reason }]) => {
    const [first] = flows;
    const flow = first ? flowWords(first.flow) : words("", "");
    const more =
      flows.length > 1
        ? words(` and ${numbered(flows.length - 1, "more flow", "more flows")}`, `等 ${flows.length} 个流`)
        : words("", "");
    const node = first?.side.name ?? "broken";
    return {
      question: words(
        `${node} node: does ${flow.en}${more.en} get through? ${reason.en}`,
        `${node === "healthy" ? "正常" : "异常"}节点：${flow["zh-CN"]}${more["zh-CN"]}能否接通？${reason["zh-CN"]}`,
      ),
      paste,
      side: node,
    };
  });
}

/** A capture or log that shows something else than the dumps predict: one of the two is not of this node as it is now. */
export function contradictions(observations: readonly ObservationVerdict[]): Undecidable[] {
  const against = observations.filter((o) => o.verdict === "contradicts");
  const [first] = against;
  if (!first) return [];
  return [
    {
      question: words(
        `${numbered(against.length, "captured or logged packet contradicts", "captured or logged packets contradict")} the dumps of the ${first.side} node. Were they taken on the same node, at the same time? ${first.says.en}`,
        `有 ${against.length} 个抓包或日志中的报文与${first.side === "healthy" ? "正常" : "异常"}节点的转储矛盾。它们取自同一节点、同一时间吗？${first.says["zh-CN"]}`,
      ),
      paste: "iptables-save; ipset save; ipvsadm -S -n",
      side: first.side,
    },
  ];
}

/**
 * An outside client that natlens itself made up has no address, so where its route would lead is no question that a
 * dump could settle.
 */
export const hingesOnSender = (p: Probe): boolean =>
  p.flow.from === "external" &&
  p.flow.source === undefined &&
  p.simulation.outcome === "undecidable" &&
  p.simulation.traces.every((t) =>
    t.choices.every((c) => c.because === "kernel-draws" || (c.id.startsWith("route:") && c.id.includes(":?"))),
  );

/** What the traces of a flow disagree by, or why its only trace stops. */
function missing(p: Probe): { paste: string; reason: Words } {
  for (const trace of p.simulation.traces)
    for (const choice of trace.choices)
      if (choice.because === "not-in-dumps") return { paste: pasteFor(p, choice.id), reason: choice.question };
  const stopped = p.simulation.traces.find((t) => t.ending.outcome === "undecidable");
  const look = stopped?.ending.reason === "other-dataplane" ? p.side.snapshot.otherDataplane?.look : undefined;
  return {
    paste:
      look ??
      (stopped && printsTable(p, stopped)) ??
      "iptables-save; ipset save; ipvsadm -S -n; ip addr; ip route show table all",
    reason: stopped?.ending.says ?? words("", ""),
  };
}

/** What prints the table that decides and was not pasted; with it the sets that its rules ask for, where none is here either. */
function printsTable({ side: { snapshot }, flow }: Probe, { ending, steps }: Trace): string | undefined {
  const unseen = steps.find((s) => s.kind === "table-unseen" && s.table === "nat");
  if (ending.reason !== "table-unseen" || !unseen) return undefined;
  const family = familyOf(flow.to);
  const tool = family === 6 ? "ip6tables-save" : "iptables-save";
  const rules = snapshot.iptables.has(family) ? `${tool} -t nat` : tool;
  return snapshot.ipvs.servers.length > 0 && snapshot.sets.byName.size === 0 ? `${rules}; ipset save` : rules;
}

/** `rule:nat/KUBE-SERVICES/3:OUTPUT:original` → what that rule looks at. */
function pasteFor(p: Probe, id: string): string {
  const found = /^rule:([^/]+)\/([^/]+)\/(\d+)/.exec(id);
  if (!found)
    return /route|local|address/.test(id) ? "ip addr; ip route show table all; ip rule" : "iptables-save; ipset save";
  const [, table, chain, number] = found;
  for (const ruleset of p.side.snapshot.iptables.values()) {
    const rule = ruleset.tables
      .get(table as TableName)
      ?.chains.get(chain ?? "")
      ?.rules.at(Number(number) - 1);
    if (rule?.hidden?.includes("interfaces"))
      return `${ruleset.family === 6 ? "ip6tables" : "iptables"}-save -t ${table}`;
    const [set] = rule ? setsOf(wordedRule(rule)) : [];
    if (set)
      return p.side.snapshot.sets.byName.has(set.set)
        ? "ip addr; ip route show table all"
        : `ipset save ${shellWord(set.set)}`;
    if (rule?.header.in || rule?.header.out) return "ip addr; ip route show table all";
    if (rule?.matches.some((m) => m.name === "addrtype")) return "ip addr; ip route show table local";
  }
  return "ip addr; ip route show table all; ipset save";
}
