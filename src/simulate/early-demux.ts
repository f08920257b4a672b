import type { Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, type Port } from "../model/net/symbolic.ts";
import type { Run } from "./run.ts";

/**
 * A socket of this node waits for the packet. ip_forward and ip6_forward drop what early demultiplexing gave to a socket.
 * Seen on Linux 6.18: the answer to a client bound to ::1, whose packet was masqueraded, ends so, since ::1 is looked up
 * among the routes of the device that the answer came in by.
 */
export function isAwaited({ flow, direction, steps }: Run, packet: Packet): boolean {
  const asked = steps.find((s) => s.kind === "sent")?.packet;
  if (direction !== "reply" || flow.from !== "host" || flow.proto === "icmp" || !asked) return false;
  const same = (a: Address | Port, b: Address | Port): boolean => fieldKey(a) === fieldKey(b);
  return (
    same(packet.dst, asked.src) &&
    same(packet.dport, asked.sport) &&
    same(packet.src, asked.dst) &&
    same(packet.sport, asked.dport)
  );
}
