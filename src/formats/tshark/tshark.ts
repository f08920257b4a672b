import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { numbered, words } from "../../base/words.ts";
import { familyOf, parseIp } from "../../model/net/ip.ts";
import type { CapturedPacket } from "../../model/node/observation.ts";
import { captured } from "../captured.ts";
import type { Format } from "../format.ts";

/**
 * `tshark -r x.pcap` and `tshark -i eth0`, one line a packet (Wireshark's packet list):
 *       1 0.000000000   10.96.0.1 → 10.19.9.120  TCP 74 45624 → 6443 [SYN] Seq=0 Win=43690 Len=0 MSS=65495 SACK_PERM WS=128
 *       2 0.000311000 10.19.9.120 → 10.96.0.1    TCP 74 6443 → 45624 [SYN, ACK] Seq=0 Ack=1 Win=65160 Len=0
 * The protocol is the highest one that was understood: TLS, HTTP and DNS lines have no ports, so the flow is not known.
 */
const line =
  /^\s*(\d+)\s+((?:\d{4}-\d\d-\d\d )?[\d.:]+)\s+([0-9a-f.:]+)\s+(?:→|->)\s+([0-9a-f.:]+)\s+([\w/.+-]+)\s+(\d+)\s+(.*)$/i;
const ports = /^(?:\[[^\]]*\] ?)*(\d{1,5})\s+(?:→|->)\s+(\d{1,5})(?:\s+\[([^\]]*)\])?/;
const letters: Readonly<Record<string, string>> = {
  FIN: "F",
  SYN: "S",
  RST: "R",
  PSH: "P",
  URG: "U",
  ECE: "E",
  CWR: "W",
  ACK: ".",
};

export const tshark: Format = {
  id: "tshark",
  title: words("tshark", "tshark"),
  sniff: (text) => (line.test(text) ? "strong" : /^Capturing on '/.test(text) ? "strong" : undefined),
  printedBy: (command) => command[0] === "tshark",
  parse({ lines, cut, command }) {
    const packets: CapturedPacket[] = [];
    const others: Span[] = [];
    const diagnostics: Diagnostic[] = [];
    let iface: string | undefined;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      iface ??= /^Capturing on '([^']+)'/.exec(text)?.[1];
      const found = line.exec(text);
      if (!found) continue;
      const packet = packetOf(found, iface === "any" ? undefined : iface, lines.span(i));
      if (packet) packets.push(packet);
      else others.push(lines.span(i));
    }
    const [other] = others;
    if (other)
      diagnostics.push({
        code: "tshark/other-packets",
        severity: "info",
        at: other,
        message: words(
          `${numbered(others.length, "packet", "packets")} printed without ports or of other protocols ${others.length === 1 ? "is" : "are"} not used; this is the first.`,
          `有 ${others.length} 个报文没有打印端口或属于其他协议，未使用；这是第一个。`,
        ),
        advice: words("Paste tcpdump -n -r of the same capture.", "粘贴同一抓包文件的 tcpdump -n -r 输出。"),
      });
    return captured(packets, !cut && !command?.filtered, diagnostics);
  },
};

function packetOf(found: RegExpExecArray, iface: string | undefined, at: Span): CapturedPacket | undefined {
  const [, , stamp = "", from = "", to = "", protocol = "", , info = ""] = found;
  const src = parseIp(from);
  const dst = parseIp(to);
  if (src === undefined || dst === undefined) return undefined;
  const base = { src, dst, stamp, ...(iface === undefined ? {} : { iface }), at };
  if (/^ICMP(?:v6)?$/.test(protocol))
    return { ...base, proto: familyOf(src) === 6 ? "ipv6-icmp" : "icmp", sport: 0, dport: 0, flags: "" };
  const [, sport, dport, flags] = ports.exec(info) ?? [];
  if (sport === undefined || dport === undefined) return undefined;
  const proto =
    flags !== undefined || protocol === "TCP"
      ? "tcp"
      : protocol === "SCTP"
        ? "sctp"
        : protocol === "UDP"
          ? "udp"
          : undefined;
  if (proto === undefined) return undefined;
  const number = (name: string): number | undefined => {
    const value = new RegExp(`\\b${name}=(\\d+)`).exec(info)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const optional = { mss: number("MSS"), seq: number("Seq"), ack: number("Ack"), length: number("Len") };
  const set = (flags ?? "").split(/,\s*/);
  return {
    ...base,
    proto,
    sport: Number(sport),
    dport: Number(dport),
    // tcpdump's order of letters
    flags: Object.keys(letters)
      .filter((name) => set.includes(name))
      .map((name) => letters[name])
      .join(""),
    ...(Object.fromEntries(Object.entries(optional).filter(([, v]) => v !== undefined)) as Partial<CapturedPacket>),
  };
}
