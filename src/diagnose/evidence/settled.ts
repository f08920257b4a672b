import { fieldKey, isSymbolic } from "../../model/net/symbolic.ts";
import type { CapturedPacket } from "../../model/node/observation.ts";
import type { Probe } from "../probe.ts";

/**
 * The captures themselves show what the simulation says of this flow: its opening packet leaves with the predicted
 * source towards the predicted server, more than once, and is never acknowledged. Then what lies beyond the node, and
 * what other tables might have done, is no assumption any more.
 */
export function captureSettles(p: Probe): boolean {
  if (p.simulation.outcome !== "reply-lost" || p.flow.proto !== "tcp") return false;
  const source = p.trace.summary.sourceSent;
  if (source === undefined || isSymbolic(source)) return false;
  const servers = new Set(
    p.simulation.traces.flatMap((t) =>
      t.summary.dnatTo ? [`${fieldKey(t.summary.dnatTo.address)} ${fieldKey(t.summary.dnatTo.port)}`] : [],
    ),
  );
  const opens = new Map<number, number>();
  const goesOn = new Set<number>();
  for (const packet of p.side.pasted.captures) {
    if (!isRequest(packet, source, servers)) continue;
    if (isOpening(packet)) opens.set(packet.sport, (opens.get(packet.sport) ?? 0) + 1);
    else if (!packet.flags.includes("R")) goesOn.add(packet.sport);
  }
  return [...opens].some(([port, times]) => times > 1 && !goesOn.has(port)) && goesOn.size === 0;
}

const isRequest = (packet: CapturedPacket, source: string, servers: ReadonlySet<string>): boolean =>
  packet.src === source && servers.has(`${packet.dst} ${packet.dport}`);
export const isOpening = (packet: CapturedPacket): boolean => packet.flags.includes("S") && !packet.flags.includes(".");
