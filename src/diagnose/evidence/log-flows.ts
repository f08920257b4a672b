import type { Ip } from "../../model/net/ip.ts";
import type { LoggedPacket } from "../../model/node/observation.ts";

/** LOG or TRACE lines of one connection, in order. */
export interface LogFlow {
  readonly lines: readonly LoggedPacket[];
  /** The first line came out of no interface: a process on the node sent it. */
  readonly fromHost: boolean;
  readonly source: Ip;
  /** Where the first line was going: a service, if the destination changes later. */
  readonly service?: { readonly address: Ip; readonly port: number; readonly proto: "tcp" | "udp" | "sctp" };
  readonly sentTo?: { readonly address: Ip; readonly port: number };
  /** Bits that a line bears and the first did not. */
  readonly marked: number;
  /** The line at which the mark appears. */
  readonly markedAt?: LoggedPacket;
  /** Source of the last line towards the server. */
  readonly lastSource: Ip;
}

const isProto = (text: string): text is "tcp" | "udp" | "sctp" => text === "tcp" || text === "udp" || text === "sctp";

/** Groups lines by protocol and client port; lines of the other direction belong to the same connection. */
export function logFlows(lines: readonly LoggedPacket[]): LogFlow[] {
  const groups = new Map<string, LoggedPacket[]>();
  for (const line of lines.slice(0, 20_000)) {
    if (!isProto(line.proto.toLowerCase())) continue;
    const forward = `${line.proto} ${line.sport}`;
    const backward = `${line.proto} ${line.dport}`;
    const key = !groups.has(forward) && groups.has(backward) ? backward : forward;
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups.values()].map(flowOf).filter((f): f is LogFlow => f !== undefined);
}

function flowOf(lines: readonly LoggedPacket[]): LogFlow | undefined {
  const [first] = lines;
  const proto = first?.proto.toLowerCase();
  if (!first || proto === undefined || !isProto(proto)) return undefined;
  const request = lines.filter((l) => l.sport === first.sport);
  const moved = request.find((l) => l.dst !== first.dst || l.dport !== first.dport);
  const markedAt = request.find((l) => l.mark !== first.mark && l.mark !== 0);
  const last = request[request.length - 1] ?? first;
  return {
    lines,
    fromHost: first.in === null || first.in === "",
    source: first.src,
    ...(moved
      ? { service: { address: first.dst, port: first.dport, proto }, sentTo: { address: moved.dst, port: moved.dport } }
      : {}),
    marked: markedAt?.mark ?? 0,
    ...(markedAt ? { markedAt } : {}),
    lastSource: last.src,
  };
}
