import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import { familyOf } from "../../model/net/ip.ts";
import type { CapturedPacket } from "../../model/node/observation.ts";
import type { Format, ShownCommand } from "../format.ts";
import { lineHead } from "./line-head.ts";
import { flagsOf, hostPort, mssOf, type PacketText, packetText, protocolOf } from "./packet-text.ts";

/**
 * `tcpdump -n` 4.9 and 4.99, any of -t -tt -ttt -tttt, -e, -i any, -v, -q:
 *   18:20:12.414803 IP 198.51.100.7.58816 > 203.0.113.9.6443: Flags [S], seq 9, win 43690, options [mss 65495,sackOK], length 0
 *   18:20:12.414803 eth0  Out IP6 2001:db8::7.58816 > 2001:db8::9.53: UDP, length 20
 *   18:20:12.414803 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype IPv4 (0x0800), length 74: 198.51.100.7.1 > …
 *   18:20:12.414803 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)
 *       198.51.100.7.58816 > 203.0.113.9.6443: Flags [S], …
 * An ICMP error quotes a packet under -v: a line that begins with a tab, then an indented one, which is no packet.
 */
const banner =
  /^(?:tcpdump: |(?:tcpdump: )?listening on \S+, link-type |reading from file \S+, link-type |dropped privs to )/;
const footer = /^(?:\^C)?\d+ packets? (?:captured|received by filter|dropped by (?:kernel|interface))/;
const detail = /^(?:\s+0x[0-9a-f]{4}:|\t\(tos |\s+\S+ > \S+: |\^C\s*$)/;

export const tcpdump: Format = {
  id: "tcpdump",
  title: words("tcpdump", "tcpdump"),
  sniff(line, inside) {
    if (banner.test(line) || footer.test(line)) return "strong";
    const head = lineHead(line);
    if (head) return head.stamp !== undefined || packetText(head.body) ? "strong" : "weak";
    return inside && detail.test(line) ? "weak" : undefined;
  },
  printedBy: (command) => command[0] === "tcpdump",
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const packets: CapturedPacket[] = [];
    const others: Span[] = [];
    const named: Span[] = [];
    let iface = shownInterface(command);
    let pending: { readonly proto: string | undefined; readonly base: Base } | undefined;
    let quoted = false;
    let last: Base = {};

    const add = (found: PacketText, base: Base, proto: string | undefined, at: Span): void => {
      const from = hostPort(found.from);
      const to = hostPort(found.to);
      if (!from || !to) {
        named.push(at);
        return;
      }
      const ports = from.port !== undefined && to.port !== undefined;
      const kind = proto ?? protocolOf(found.rest, ports, familyOf(from.address) === 6);
      if (kind === undefined) {
        others.push(at);
        return;
      }
      const mss = kind === "tcp" ? mssOf(found.rest) : undefined;
      packets.push({
        proto: kind,
        src: from.address,
        dst: to.address,
        sport: from.port ?? 0,
        dport: to.port ?? 0,
        flags: kind === "tcp" ? flagsOf(found.rest) : "",
        ...(mss === undefined ? {} : { mss }),
        ...base,
        at,
      });
    };

    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (text.trim() === "") continue;
      const listening = /listening on ([^\s,]+), link-type/.exec(text)?.[1];
      if (listening !== undefined) {
        iface ??= listening === "any" ? undefined : listening;
        continue;
      }
      if (banner.test(text) || footer.test(text) || text.startsWith("^C")) continue;
      const head = lineHead(text);
      if (!head) {
        if (text.startsWith("\t(") || text.startsWith("\tIP")) quoted = true;
        const inner = pending && !quoted ? packetText(text.trim()) : undefined;
        if (pending && inner) {
          add(inner, pending.base, pending.proto, lines.span(i));
          pending = undefined;
        }
        continue;
      }
      quoted = false;
      pending = undefined;
      const own = head.iface ?? iface;
      // The packet inside a tunnel stands on a line of its own without a stamp: it was seen with the line above.
      const base: Base =
        head.stamp === undefined && head.iface === undefined
          ? { ...last, ...(own === undefined ? {} : { iface: own }) }
          : {
              ...(own === undefined ? {} : { iface: own }),
              ...(head.direction === undefined ? {} : { direction: head.direction }),
              ...(head.stamp === undefined ? {} : { stamp: head.stamp }),
            };
      last = base;
      const verbose = /^\((?:tos|class|flowlabel|hlim) /.test(head.body);
      if (verbose) {
        const name = /(?:proto|next-header) (TCP|UDP|SCTP|ICMPv6|ICMP) \(/.exec(head.body)?.[1]?.toLowerCase();
        pending = { proto: name === "icmpv6" ? "ipv6-icmp" : name, base };
        const same = packetText(head.body.slice(head.body.lastIndexOf(") ") + 2));
        if (same) {
          add(same, base, pending.proto, lines.span(i));
          pending = undefined;
        }
        continue;
      }
      const found = packetText(innermost(head.body));
      if (found) add(found, base, undefined, lines.span(i));
      else others.push(lines.span(i));
    }
    const [other] = others;
    if (other)
      diagnostics.push({
        code: "tcpdump/other-packets",
        severity: "info",
        at: other,
        message: words(
          `${others.length} packets are neither TCP, UDP, SCTP nor ICMP and are not used, this one first.`,
          `有 ${others.length} 个报文不是 TCP、UDP、SCTP 或 ICMP，未使用；这是第一个。`,
        ),
      });
    const [name] = named;
    if (name)
      diagnostics.push({
        code: "tcpdump/names",
        severity: "warning",
        at: name,
        message: words(
          `${named.length} packets have names instead of addresses or ports and are not used, this one first.`,
          `有 ${named.length} 个报文的地址或端口是名字，未使用；这是第一个。`,
        ),
        advice: words("Capture with tcpdump -n.", "用 tcpdump -n 抓包。"),
      });
    return {
      value: {
        contributions: [{ kind: "captures", packets }],
        coverage: cut || command?.filtered ? "partial" : "whole",
        counts: [{ n: packets.length, of: words("packets", "个报文") }],
      },
      diagnostics,
    };
  },
};

type Base = Pick<CapturedPacket, "iface" | "direction" | "stamp">;

/** IPIP and Geneve print the packet they carry behind their own addresses: `A > B: IP C > D: …`. */
function innermost(body: string): string {
  const at = Math.max(body.lastIndexOf(": IP "), body.lastIndexOf(": IP6 "));
  if (at === -1) return body;
  const inner = body.slice(body.indexOf(" ", at + 2) + 1);
  return packetText(inner) ? inner : body;
}

/** `-i eth0`, `-nni eth0`, `-ieth0`, `--interface=eth0`; `any` names none. */
function shownInterface(command: ShownCommand | undefined): string | undefined {
  const list = command?.words ?? [];
  for (const [i, word] of list.entries()) {
    const found =
      /^-[a-zA-Z]*?i$/.test(word) || word === "--interface"
        ? list[i + 1]
        : (/^(?:--interface=|-[neqvtl]*i(?=[a-z]))(\S+)$/.exec(word)?.[1] ?? undefined);
    if (found !== undefined) return found === "any" ? undefined : found;
  }
  return undefined;
}
