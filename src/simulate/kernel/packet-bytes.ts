import { isDatagram } from "./agent-protocol.ts";

/** Fields of an IP packet, as far as they are compared. */
export interface SeenPacket {
  readonly family: 4 | 6;
  readonly proto: string;
  readonly src: string;
  readonly dst: string;
  readonly sport: number | null;
  readonly dport: number | null;
  /** Which connection it belongs to, whatever NAT made of it: TCP's first sequence number, or what a datagram says. */
  readonly flow: string;
  /** `request`: the first packet of the one who asks; `answer`: of the one asked; `error`: a reset, or ICMP about it. */
  readonly kind: "request" | "answer" | "error";
  /** Another one for each packet sent, again as well. */
  readonly copy: string;
}

const address4 = (b: Buffer): string => b.join(".");

function address6(b: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => b.readUInt16BE(i * 2).toString(16));
  const runs = [...groups.join(" ").matchAll(/(?:^| )0(?: 0)+/g)].sort((x, y) => y[0].length - x[0].length);
  const [longest] = runs;
  if (!longest) return groups.join(":");
  const text = groups.join(" ");
  const before = text.slice(0, longest.index).trim().replaceAll(" ", ":");
  const after = text
    .slice(longest.index + longest[0].length)
    .trim()
    .replaceAll(" ", ":");
  return `${before}::${after}`;
}

const names: Readonly<Record<number, string>> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "ipv6-icmp" };

/** Undefined for what belongs to no attempt. */
export function readPacket(bytes: Buffer): SeenPacket | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4 && bytes.length >= 20) {
    const head = ((bytes[0] ?? 0) & 15) * 4;
    const ends = { src: address4(bytes.subarray(12, 16)), dst: address4(bytes.subarray(16, 20)) };
    return readAbove(
      4,
      bytes[9] ?? 0,
      ends,
      bytes.subarray(head, bytes.readUInt16BE(2)),
      String(bytes.readUInt16BE(4)),
    );
  }
  if (version === 6 && bytes.length >= 40) {
    const ends = { src: address6(bytes.subarray(8, 24)), dst: address6(bytes.subarray(24, 40)) };
    return readAbove(6, bytes[6] ?? 0, ends, bytes.subarray(40), "");
  }
  return undefined;
}

function readAbove(
  family: 4 | 6,
  number: number,
  ends: Pick<SeenPacket, "src" | "dst">,
  body: Buffer,
  id: string,
): SeenPacket | undefined {
  const proto = names[number];
  if (proto === undefined || body.length < 8) return undefined;
  if (proto === "icmp" || proto === "ipv6-icmp") {
    const about = readPacket(body.subarray(8));
    const same = { family, proto, ...ends, sport: null, dport: null, copy: id } as const;
    return about && { ...same, flow: about.flow, kind: "error" };
  }
  const base = { family, proto, ...ends, sport: body.readUInt16BE(0), dport: body.readUInt16BE(2) } as const;
  if (proto === "udp") {
    const [, n, kind] = isDatagram.exec(body.subarray(8).toString("latin1")) ?? [];
    if (n === undefined) return undefined;
    return { ...base, flow: `udp ${n}`, kind: kind === "q" ? "request" : "answer", copy: id };
  }
  if (body.length < 20) return undefined;
  const [seq, ack, flags] = [body.readUInt32BE(4), body.readUInt32BE(8), body[13] ?? 0];
  const copy = `${id} ${timestamp(body)}`;
  const [SYN, RST, ACK] = [flags & 2, flags & 4, flags & 16];
  if (RST) return { ...base, flow: `tcp ${ACK ? (ack - 1) >>> 0 : seq}`, kind: "error", copy };
  if (SYN) return { ...base, flow: `tcp ${ACK ? (ack - 1) >>> 0 : seq}`, kind: ACK ? "answer" : "request", copy };
  return undefined;
}

/** TCP's own clock, which tells a packet from its repetition. */
function timestamp(tcp: Buffer): number {
  const end = Math.min(tcp.length, ((tcp[12] ?? 0) >> 4) * 4);
  for (let at = 20; at + 1 < end; ) {
    const kind = tcp[at];
    if (kind === 0) break;
    if (kind === 8 && at + 6 <= end) return tcp.readUInt32BE(at + 2);
    at += kind === 1 ? 1 : Math.max(2, tcp[at + 1] ?? 2);
  }
  return 0;
}
