import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import { parseIp } from "../../model/net/ip.ts";
import { protocolName } from "../../model/net/protocol.ts";
import type { LoggedPacket } from "../../model/node/observation.ts";
import type { Format } from "../format.ts";

/**
 * Lines of the LOG and TRACE targets (linux/net/netfilter/nf_log_syslog.c), behind any head of syslog or dmesg:
 *   Feb 28 16:48:11 n1 kernel: nat out: IN= OUT=lo SRC=192.0.2.1 DST=192.0.2.1 LEN=52 TOS=0x10 PREC=0x00 TTL=64 ID=49938 DF PROTO=TCP SPT=19383 DPT=443 WINDOW=43690 RES=0x00 SYN URGP=0 MARK=0x4000
 *   [ 1516.125574] TRACE: nat:KUBE-SERVICES:rule:3 IN=eth0 OUT= …
 *   noSpaceIN=eth0 OUT= …
 * There is nothing between a prefix and IN=. MARK= is printed only if the mark is not 0. LEN and ID may come twice; an
 * ICMP error repeats keys of the packet it quotes inside [ ].
 */
const heads =
  /^(?:<\d+>|kern +:\w+ *: |[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d(?:\.\d+)? \S+ kernel: ?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\S+ (?:\S+ kernel: ?)?|\[ *\d+\.\d+(?: *<[^>]*>)?\] ?|\[ *\+\d+\.\d+\] ?|\[[A-Z][a-z]{2}[^\]]* ?\d\d:\d\d[^\]]*\] ?|kernel: ?)/;
const traced = /^TRACE: (\w+):(\S+):(rule|return|policy):(\d+) $/;
const flagNames: readonly string[] = ["AE", "CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"];
const suppressed = /net_ratelimit: \d+ callbacks suppressed|message repeated \d+ times: \[/;

/** Column of the `IN=` that the body of a line begins with. */
function bodyAt(line: string): number | undefined {
  const out = line.lastIndexOf(" OUT=");
  if (out === -1) return undefined;
  const start = line.lastIndexOf("IN=", out);
  return start === -1 || line.slice(start, out).includes(" ") || line.indexOf(" SRC=", out) === -1 ? undefined : start;
}

export const netfilterLog: Format = {
  id: "netfilter-log",
  title: words("netfilter log", "netfilter 日志"),
  scattered: true,
  sniff(line, inside) {
    // what stands before IN= may be anything, quote marks of a mail too, and they are not the prefix
    if (/^\s{0,3}>/.test(line)) return undefined;
    if (bodyAt(line) !== undefined) return "strong";
    return inside && suppressed.test(line) ? "weak" : undefined;
  },
  printedBy: (command) => ["dmesg", "journalctl"].includes(command[0] ?? ""),
  parse({ lines }) {
    const diagnostics: Diagnostic[] = [];
    const packets: LoggedPacket[] = [];
    const bad: Span[] = [];
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (text.trim() === "") continue;
      if (suppressed.test(text))
        diagnostics.push({
          code: "netfilter-log/lines-missing",
          severity: "info",
          at: lines.span(i),
          message: words("The log left lines out here.", "日志在这里省略了若干行。"),
        });
      const start = bodyAt(text);
      if (start === undefined) continue;
      const packet = packetOf(text, start, lines.span(i));
      if (packet) packets.push(packet);
      else bad.push(lines.span(i));
    }
    const [first] = bad;
    if (first)
      diagnostics.push({
        code: "netfilter-log/cut-line",
        severity: "warning",
        at: first,
        message: words(
          `${bad.length} log lines lack addresses or the protocol and are not used, this one first.`,
          `有 ${bad.length} 行日志缺少地址或协议，未使用；这是第一行。`,
        ),
      });
    return {
      value: {
        contributions: [{ kind: "logs", packets }],
        coverage: "partial",
        counts: [{ n: packets.length, of: words("logged packets", "条报文日志") }],
      },
      diagnostics,
    };
  },
};

function packetOf(text: string, start: number, at: Span): LoggedPacket | undefined {
  let prefix = text.slice(0, start);
  for (let head = heads.exec(prefix); head; head = heads.exec(prefix)) prefix = prefix.slice(head[0].length);
  const body = text.slice(start);
  const open = body.indexOf(" [");
  const close = body.lastIndexOf("] ");
  const outer = open === -1 ? body : body.slice(0, open) + (close > open ? body.slice(close + 1) : "");
  const values = new Map<string, string>();
  const flags: string[] = [];
  for (const word of outer.split(/\s+/)) {
    const cut = word.indexOf("=");
    if (cut === -1) {
      if (flagNames.includes(word)) flags.push(word);
    } else if (!values.has(word.slice(0, cut))) values.set(word.slice(0, cut), word.slice(cut + 1));
  }
  const src = parseIp(values.get("SRC") ?? "");
  const dst = parseIp(values.get("DST") ?? "");
  const proto = protocolName(values.get("PROTO") ?? "");
  if (src === undefined || dst === undefined || proto === undefined) return undefined;
  const number = (...keys: string[]): number | undefined => {
    const found = keys.map((key) => values.get(key)).find((value) => value !== undefined && value !== "");
    const value = Number(found);
    return found === undefined || !Number.isInteger(value) ? undefined : value;
  };
  const [, table = "", chain = "", kind = "", position = ""] = traced.exec(prefix) ?? [];
  const ttl = number("TTL", "HOPLIMIT");
  const id = number("ID");
  return {
    prefix,
    ...(table === ""
      ? {}
      : { trace: { table, chain, kind: kind as "rule" | "return" | "policy", number: Number(position) } }),
    in: values.get("IN") || null,
    out: values.get("OUT") || null,
    src,
    dst,
    proto,
    sport: number("SPT") ?? 0,
    dport: number("DPT") ?? 0,
    mark: number("MARK") ?? 0,
    ...(ttl === undefined ? {} : { ttl }),
    ...(id === undefined || proto.includes("icmp6") ? {} : { id }),
    flags: proto === "tcp" ? flags : [],
    at,
  };
}
