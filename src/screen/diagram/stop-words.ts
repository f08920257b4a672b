import { type Language, verbatim, type Words, words } from "../../base/words.ts";
import { endpointText } from "../../simulate/flow.ts";
import type { Step, Trace } from "../../simulate/trace.ts";
import { symptom } from "./outcome-words.ts";
import type { Stop } from "./stop.ts";
import { showChange, showField } from "./value.ts";

const nothing = verbatim("");

/** What happened at a stop, short enough to stand beside it. */
export function captionOf(stop: Stop, trace: Trace): Words {
  const step = trace.steps[stop.main];
  if (!step) return nothing;
  switch (step.kind) {
    case "rule":
      if (step.verdict === "ACCEPT" || step.verdict === "DROP") return verbatim(step.verdict);
      return words(`rule ${step.place.rule} matches`, `第 ${step.place.rule} 条命中`);
    case "chain-end":
      return step.of === "policy"
        ? words(`policy ${step.verdict}`, `默认策略 ${step.verdict}`)
        : words("end of chain", "链尾返回");
    case "table-unseen":
      return words("not in the dumps", "转储中没有");
    case "received":
      return step.direction === "reply"
        ? words(`answer from ${peerText(step, "en")}`, `收到来自 ${peerText(step, "zh-CN")} 的回包`)
        : nothing;
    case "stopped":
      return symptom(step.outcome, step.packet.proto);
    default:
      return nothing;
  }
}

const peerText = (step: Step, language: Language): string =>
  endpointText(showField(step.packet.src, language), showField(step.packet.sport, language));

/** The words on a plate (target; old → new) and in the server's box (its port). */
export function plateLines(stop: Stop, trace: Trace, language: Language): readonly string[] {
  const step = trace.steps[stop.main];
  if (!step) return [];
  if (stop.shape === "peer") return [showField(step.packet.dport, language)];
  const target = step.kind === "nat" ? step.target : "SNAT";
  const change = step.changes.find((c) => c.field === "src") ?? step.changes[0];
  if (!change) return [target];
  const after = showChange(change.after, change.field, language);
  const both = `${showChange(change.before, change.field, language)} → ${after}`;
  // Two addresses stand side by side while they fit; a value said in words stands alone and may take two lines.
  return [target, both.length <= 29 ? both : `→ ${after.replace(/^the /, "")}`];
}

/** Name of a stop as a heading: table and chain, or the station. */
export function titleOf(stop: Stop, trace: Trace, language: Language): string {
  const step = trace.steps[stop.main];
  if (!step) return stop.name;
  switch (step.kind) {
    case "rule":
    case "chain-end":
      return `${step.place.table} ${step.place.chain}`;
    case "nat": {
      const rule = stop.steps.map((i) => trace.steps[i]).find((s) => s?.kind === "rule");
      if (step.undo) return words(`${step.hook}, NAT undone`, `${step.hook}，还原 NAT`)[language];
      return rule?.kind === "rule" ? `${rule.place.table} ${rule.place.chain}` : `nat ${step.hook}`;
    }
    case "table-unseen":
    case "nat-considered":
      return `${step.kind === "table-unseen" ? step.table : "nat"} ${step.hook}`;
    case "conntrack":
      return `conntrack ${step.hook}`;
    case "ipvs":
      return words(`IPVS, virtual server ${step.virtual}`, `IPVS 虚拟服务 ${step.virtual}`)[language];
    case "sent":
      return {
        process: words("the process sends", "进程发送"),
        pod: words("the pod sends", "pod 发送"),
        client: words("the client sends", "客户端发送"),
        server: words("the server answers", "服务端应答"),
        kernel: words("the kernel answers", "内核应答"),
      }[step.by][language];
    case "source-chosen":
      return words("source address", "源地址选择")[language];
    case "routed":
      return words("routing", "路由")[language];
    case "wire":
      return step.iface.startsWith("?")
        ? words("wire", "网卡")[language]
        : words(`wire, ${step.iface}`, `网卡 ${step.iface}`)[language];
    case "beyond":
      return words("beyond the node", "节点之外")[language];
    case "received":
      return {
        server: words("server", "服务端"),
        "local-process": words("process on the node", "节点上的进程"),
        pod: verbatim("pod"),
        client: words("client", "客户端"),
        socket: words("waiting socket", "等待的套接字"),
      }[step.by][language];
    case "stopped":
      return words("it goes no further", "到此为止")[language];
  }
}
