import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { numbered, words } from "../../base/words.ts";
import { type Ip, parseIp } from "../../model/net/ip.ts";
import { protocolName } from "../../model/net/protocol.ts";
import type { LoggedPacket, TracedAt } from "../../model/node/observation.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";

/**
 * `nft monitor trace` (nft 0.9 to 1.1, src/netlink.c trace_print_*). A `packet:` line for each base chain, then its steps:
 *   trace id 3c9bf8b6 ip raw PREROUTING packet: iif "veth-b" ether saddr … ip saddr 10.1.0.1 ip daddr 10.96.0.1 … tcp sport 35990 tcp dport 443 tcp flags == syn tcp window 64240
 *   trace id 3c9bf8b6 ip nat KUBE-SERVICES rule counter packets 0 bytes 0 meta mark set mark or 0x4000 (verdict continue)
 *   trace id 3c9bf8b6 ip filter INPUT policy accept meta mark 0x00004000
 * The mark of a step is the one after the rule. Comments of xtables rules are missing from the text of a rule. An id may come
 * back for a later packet: a `packet:` line begins a new walk.
 */
const line =
  /^trace id ([0-9a-f]{8}) (ip6?|inet|arp|bridge|netdev) (\S+) (\S+) (packet:|rule|verdict|policy|return|unknown)(?: (.*))?$/;
const flagBits = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"] as const;

export const nftMonitor: Format = {
  id: "nft-monitor",
  title: words("nft monitor trace", "nft monitor trace"),
  sniff: (text) => (line.test(text) ? "strong" : undefined),
  printedBy: (command) => command[0] === "nft" && command.includes("monitor"),
  parse({ lines, cut }) {
    const diagnostics: Diagnostic[] = [];
    const packets: LoggedPacket[] = [];
    const walks = new Map<string, LoggedPacket>();
    const strays: Span[] = [];
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      const [, walk = "", , table = "", chain = "", kind = "", rest = ""] = line.exec(text) ?? [];
      if (kind === "") continue;
      const at = lines.span(i);
      if (kind === "packet:") {
        const packet = packetOf(rest, walk, at);
        if (packet) walks.set(walk, packet);
        else strays.push(at);
        continue;
      }
      const packet = walks.get(walk);
      if (!packet) {
        strays.push(at);
        continue;
      }
      const mark = kind === "rule" ? undefined : /\bmeta mark (0x[0-9a-f]+)/.exec(rest)?.[1];
      const now = mark === undefined ? packet : { ...packet, mark: Number(mark) };
      walks.set(walk, now);
      packets.push({ ...now, trace: stepOf(table, chain, kind as TracedAt["kind"], rest), at });
    }
    const [stray] = strays;
    if (stray)
      diagnostics.push({
        code: "nft-monitor/without-packet",
        severity: "warning",
        at: stray,
        message: words(
          `The packet of ${numbered(strays.length, "trace line", "trace lines")} is not in the text, so nothing is made of that; this is the first.`,
          `有 ${strays.length} 行跟踪缺少对应的 packet 行，未使用；这是第一行。`,
        ),
      });
    return {
      value: {
        contributions: [{ kind: "logs", packets }],
        coverage: cut || strays.length > 0 ? "partial" : "whole",
        counts: [counted(packets.length, "trace step", "trace steps", "个跟踪步骤")],
      },
      diagnostics,
    };
  },
};

function stepOf(table: string, chain: string, kind: TracedAt["kind"], rest: string): TracedAt {
  const [, rule, told] = /^(.*?)\s*\(verdict ([^)]*)\)\s*$/.exec(rest) ?? [];
  const word = kind === "rule" ? told : rest.replace(/\bmeta mark 0x[0-9a-f]+/, "").trim();
  return {
    table,
    chain,
    kind,
    ...(kind === "rule" ? { rule: (rule ?? rest).trim() } : {}),
    ...(word === undefined || word === "" ? {} : { verdict: word.trim() }),
  };
}

function packetOf(text: string, walk: string, at: Span): LoggedPacket | undefined {
  const after = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  const number = (pattern: RegExp): number | undefined => {
    const found = after(pattern);
    return found === undefined ? undefined : Number(found);
  };
  const src: Ip | undefined = parseIp(after(/\bip6? saddr (\S+)/) ?? "");
  const dst: Ip | undefined = parseIp(after(/\bip6? daddr (\S+)/) ?? "");
  if (src === undefined || dst === undefined) return undefined;
  const carried = after(/\b(tcp|udp|sctp|dccp|icmp|icmpv6) (?:sport|type|dport)\b/);
  const named = carried ?? after(/\bip (?:protocol|nexthdr) (\S+)/) ?? after(/\bip6 nexthdr (\S+)/) ?? "";
  const proto = named === "icmpv6" ? "ipv6-icmp" : (protocolName(named) ?? "all");
  const iface = (key: "iif" | "oif"): string | null => after(new RegExp(`\\b${key}(?:name)? "?([^"\\s]+)"?`)) ?? null;
  const macs = [after(/\bether saddr (\S+)/), after(/\bether daddr (\S+)/)];
  const optional = {
    ttl: number(/\b(?:ip ttl|ip6 hoplimit) (\d+)/),
    id: number(/\bip id (\d+)/),
    length: number(/\bip6? length (\d+)/),
  };
  return {
    prefix: "",
    walk,
    in: iface("iif"),
    out: iface("oif"),
    ...(macs[0] && macs[1] ? { mac: { src: macs[0], dst: macs[1] } } : {}),
    src,
    dst,
    proto,
    sport: number(/\b(?:tcp|udp|sctp|dccp|th) sport (\d+)/) ?? 0,
    dport: number(/\b(?:tcp|udp|sctp|dccp|th) dport (\d+)/) ?? 0,
    mark: number(/\bmeta mark (0x[0-9a-f]+)/) ?? 0,
    ...(Object.fromEntries(Object.entries(optional).filter(([, v]) => v !== undefined)) as Partial<LoggedPacket>),
    flags: flagsOf(after(/\btcp flags (?:== )?(\S+)/)),
    at,
  };
}

/** `syn`, `syn|ack`, or the byte itself: `0x18`. */
function flagsOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  if (!text.startsWith("0x")) return text.split(/[|,]/).map((f) => f.toUpperCase());
  const byte = Number(text);
  return flagBits.filter((_, bit) => ((byte >> bit) & 1) === 1);
}
