import { type Words, words } from "../../base/words.ts";
import { serviceKey } from "../../kube-proxy/services.ts";
import type { Ip } from "../../model/net/ip.ts";
import { type Address, fieldKey, isSymbolic, type Port, sameField } from "../../model/net/symbolic.ts";
import type { CapturedPacket } from "../../model/node/observation.ts";
import { endpointText } from "../../simulate/flow.ts";
import { after } from "../../simulate/summary.ts";
import type { Step } from "../../simulate/trace.ts";
import type { ObservationVerdict } from "../finding.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { type LogFlow, logFlows } from "./log-flows.ts";
import { probeOf } from "./log-match.ts";
import { isOpening } from "./settled.ts";
import { type TracedLine, tracedLines } from "./traced.ts";

/** At most so many lines get a verdict of their own. */
const mostLines = 500;

/** Pasted captures and log lines laid over what the simulation says of the same side's flows. */
export function observe(side: Side, probes: readonly Probe[]): ObservationVerdict[] {
  return [...captures(side, probes), ...logs(side, probes)];
}

interface Predicted {
  readonly probe: Probe;
  /** `src dst dport` of the request, as it looks at some place of its way. */
  readonly requests: ReadonlySet<string>;
  /** The packet as interfaces show it: only there tcpdump looks. */
  readonly wire: { readonly requests: readonly OnWire[]; readonly replies: readonly OnWire[] };
  readonly servers: ReadonlySet<string>;
}

/** The two ends of a packet on a wire; the port is the server's. */
interface OnWire {
  readonly client: Address;
  readonly server: Address;
  readonly port: Port;
}

const wireKinds = new Set<Step["kind"]>(["wire", "beyond", "received"]);
/** A process hands its packet to the kernel, a pod or a client puts it on a wire. */
const isOnWire = (step: Step): boolean => wireKinds.has(step.kind) || (step.kind === "sent" && step.by !== "process");

function predicted(p: Probe): Predicted {
  const requests = new Set<string>();
  const wire: { requests: OnWire[]; replies: OnWire[] } = { requests: [], replies: [] };
  const servers = new Set<string>();
  for (const trace of p.simulation.traces) {
    for (const step of trace.steps) {
      const packet = after(step);
      if (step.direction === "original") {
        requests.add(`${fieldKey(packet.src)} ${fieldKey(packet.dst)} ${fieldKey(packet.dport)}`);
        if (!isOnWire(step)) continue;
        wire.requests.push({ client: packet.src, server: packet.dst, port: packet.dport });
        wire.replies.push({ client: packet.src, server: packet.dst, port: packet.dport });
      } else if (isOnWire(step)) wire.replies.push({ client: packet.dst, server: packet.src, port: packet.sport });
    }
    const to = trace.summary.dnatTo;
    if (to) servers.add(`${fieldKey(to.address)} ${fieldKey(to.port)}`);
  }
  return { probe: p, requests, wire, servers };
}

/** An address that the dumps do not give may be any but a Service's own. */
function fits(wire: OnWire, client: Ip, server: Ip, port: number, side: Side): boolean {
  if (isSymbolic(wire.client) && side.services.some((s) => s.address === client)) return false;
  return (
    sameField(wire.client, client) !== "no" &&
    sameField(wire.server, server) === "yes" &&
    sameField(wire.port, port) === "yes"
  );
}

function captures(side: Side, probes: readonly Probe[]): ObservationVerdict[] {
  if (side.pasted.captures.length === 0) return [];
  const flows = probes.map(predicted);
  const answered = acknowledged(side.pasted.captures);
  return side.pasted.captures
    .slice(0, mostLines)
    .map((packet) => ({ side: side.name, at: packet.at, ...verdictOn(packet, side, flows, answered) }));
}

/** Client ports whose handshake is seen to go on after the SYN-ACK. */
function acknowledged(packets: readonly CapturedPacket[]): Set<string> {
  const done = new Set<string>();
  for (const p of packets)
    if (!p.flags.includes("S") && !p.flags.includes("R") && p.proto === "tcp") done.add(`${p.src} ${p.sport}`);
  return done;
}

function verdictOn(
  packet: CapturedPacket,
  side: Side,
  flows: readonly Predicted[],
  answered: ReadonlySet<string>,
): Pick<ObservationVerdict, "verdict" | "says" | "flow"> {
  const isService = side.services.some((s) => s.kind === "cluster-ip" && s.address === packet.src);
  const asRequest = flows.find((f) => f.wire.requests.some((w) => fits(w, packet.src, packet.dst, packet.dport, side)));
  const asReply = asRequest
    ? undefined
    : flows.find((f) => f.wire.replies.some((w) => fits(w, packet.dst, packet.src, packet.sport, side)));
  const found = asRequest ?? asReply;
  if (found) {
    const { outcome } = found.probe.simulation;
    const { flow } = found.probe;
    const client = asRequest ? `${packet.src} ${packet.sport}` : `${packet.dst} ${packet.dport}`;
    if (outcome === "reply-lost" && answered.has(client))
      return {
        flow,
        verdict: "contradicts",
        says: words(
          "The handshake goes on here, where the dumps predict that the reply is lost.",
          "抓包中握手继续进行，而模型预测回包丢失。",
        ),
      };
    if (asRequest) return { flow, verdict: "agrees", says: agreesWords(packet, side) };
    return {
      flow,
      verdict: "agrees",
      says:
        outcome === "reply-lost"
          ? words(
              `The server answers to ${packet.dst}, as predicted; the answer does not come back to the node's connection.`,
              `如预测，服务端把回包发给 ${packet.dst}；回包回不到节点的连接上。`,
            )
          : words("The reply, as predicted.", "回包，与预测一致。"),
    };
  }
  const toServer = flows.find((f) => f.probe.flow.from === "host" && f.servers.has(`${packet.dst} ${packet.dport}`));
  if (toServer && isService && toServer.probe.trace.summary.masqueraded && isOpening(packet))
    return {
      flow: toServer.probe.flow,
      verdict: "contradicts",
      says: words(
        `It leaves with the service address ${packet.src} as source, where the dumps predict that it is masqueraded.`,
        `它以 Service 地址 ${packet.src} 为源地址发出，而模型预测会做 MASQUERADE。`,
      ),
    };
  return {
    verdict: "other-flow",
    says: words("This packet belongs to none of the flows that were simulated.", "该报文不属于任何一个已模拟的流。"),
  };
}

const agreesWords = (packet: CapturedPacket, side: Side): Words => {
  const isService = side.services.some((s) => s.address === packet.src && s.kind === "cluster-ip");
  const local = packet.mss !== undefined && packet.mss > 60000;
  if (isService && isOpening(packet))
    return local
      ? words(
          `Source ${packet.src}, a cluster IP, as predicted. mss ${packet.mss} says that the destination was local when the SYN was built.`,
          `源地址是 cluster IP ${packet.src}，与预测一致。mss ${packet.mss} 表明生成 SYN 时目的地址是本机地址。`,
        )
      : words(`Source ${packet.src}, a cluster IP, as predicted.`, `源地址是 cluster IP ${packet.src}，与预测一致。`);
  return words("As predicted.", "与预测一致。");
};

function logs(side: Side, probes: readonly Probe[]): ObservationVerdict[] {
  const verdicts: ObservationVerdict[] = [];
  for (const flow of logFlows(side.pasted.logs)) {
    const found = probeOf(flow, probes);
    const traced = found ? tracedLines(flow, found) : undefined;
    for (const line of flow.lines) {
      if (verdicts.length >= mostLines) return verdicts;
      const about = found
        ? { ...together(lineAgainst(flow, found), traced?.get(line)), flow: found.flow }
        : { verdict: "other-flow" as const, says: strangerWords(flow, side, probes) };
      verdicts.push({ side: side.name, at: line.at, ...about });
    }
  }
  return verdicts;
}

/** A contradiction of either counts; where both agree, the line's own place says more than the connection's mark. */
const together = (mark: TracedLine, place: TracedLine | undefined): TracedLine =>
  place === undefined || (mark.verdict === "contradicts" && place.verdict === "agrees") ? mark : place;

function lineAgainst(flow: LogFlow, p: Probe): TracedLine {
  const { summary } = p.trace;
  const bit = p.side.world.masqueradeMark;
  const marked = (flow.marked & bit) !== 0;
  // before its destination is rewritten, a packet may be marked yet
  const sawPostrouting = flow.lines.some((l) =>
    l.trace ? l.trace.chain === "POSTROUTING" : l.out !== null && l.out !== "lo" && l.dst !== p.flow.to,
  );
  if (marked === summary.marked || (!marked && !sawPostrouting))
    return {
      verdict: "agrees",
      says: marked
        ? words("The packet is marked, as predicted.", "报文带有标记，与预测一致。")
        : words("The packet is not marked, as predicted.", "报文没有标记，与预测一致。"),
    };
  return {
    verdict: "contradicts",
    says: marked
      ? words("The packet is marked here, where the dumps predict no mark.", "日志中报文带有标记，而模型预测没有。")
      : words("The packet bears no mark here, where the dumps predict one.", "日志中报文没有标记，而模型预测有。"),
  };
}

/** A flow of its own, told in words: who, to what, marked or not, and that it is not the one shown. */
function strangerWords(flow: LogFlow, side: Side, probes: readonly Probe[]): Words {
  const [first] = flow.lines;
  const to = flow.service
    ? endpointText(flow.service.address, flow.service.port)
    : first
      ? endpointText(first.dst, first.dport)
      : "";
  const sender = flow.fromHost
    ? words("a process on its node", "所在节点上的进程")
    : words("outside its node", "节点之外");
  const server = flow.sentTo ? ` (→ ${endpointText(flow.sentTo.address, flow.sentTo.port)})` : "";
  const mark =
    flow.marked === 0
      ? words("without a mark", "没有标记")
      : words(`marked 0x${flow.marked.toString(16)}`, `带有标记 0x${flow.marked.toString(16)}`);
  const shown = probes[0] ? endpointText(probes[0].flow.to, probes[0].flow.port) : "";
  const served = flow.service && side.served.has(serviceKey(flow.service));
  return words(
    `A flow of its own: from ${sender.en} (${flow.source}) to ${to}${server}, ${mark.en}. It does not belong to the flow shown${shown && !served ? ` (${shown}); ${to} is not served by this node as pasted, so the lines come from another cluster or node` : ""}.`,
    `另一个流：从${sender["zh-CN"]}（${flow.source}）到 ${to}${server}，${mark["zh-CN"]}。它不属于所示的流${shown && !served ? `（${shown}）；粘贴的输出中本节点没有 ${to} 这个服务，说明这些行来自另一个集群或节点` : ""}。`,
  );
}
