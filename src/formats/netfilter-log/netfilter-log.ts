import type { Diagnostic, Parsed } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { type Steps, toEnd } from "../../base/steps.ts";
import { numbered, words } from "../../base/words.ts";
import type { LoggedPacket } from "../../model/node/observation.ts";
import { counted } from "../counted.ts";
import type { Format, Segment, SegmentReading } from "../format.ts";
import { bodyAt, packetOf } from "./body.ts";

/**
 * Lines of the LOG and TRACE targets (linux/net/netfilter/nf_log_syslog.c), behind any head of syslog or dmesg:
 *   Feb 28 16:48:11 n1 kernel: nat out: IN= OUT=lo SRC=192.0.2.1 DST=192.0.2.1 LEN=52 TOS=0x10 PREC=0x00 TTL=64 ID=49938 DF PROTO=TCP SPT=19383 DPT=443 WINDOW=43690 RES=0x00 SYN URGP=0 MARK=0x4000
 *   [ 1516.125574] TRACE: nat:KUBE-SERVICES:rule:3 IN=eth0 OUT= …
 *   noSpaceIN=eth0 OUT= …
 * and what conntrack says of its table:
 *   [ 1520.100000] nf_conntrack: nf_conntrack: table full, dropping packet
 * There is nothing between a prefix and IN=. MARK= is printed only if the mark is not 0. LEN and ID may come twice; an
 * ICMP error repeats keys of the packet it quotes inside [ ].
 */
const suppressed = /net_ratelimit: \d+ callbacks suppressed|message repeated \d+ times: \[/;

const full = /nf_conntrack: (?:nf_conntrack: )?table full, dropping packet/;

/** dmesg -J: `{"pri":4,"time":2543.780180,"msg":"x IN= OUT=lo …"},`; only its own quotes and backslashes are escaped. */
const json = /^\s*\{?.*"msg": ?"((?:[^"\\]|\\.)*)"/;
const kernelText = (line: string): string =>
  (line.includes('"msg"') ? json.exec(line)?.[1]?.replace(/\\(["\\/])/g, "$1") : undefined) ?? line;

export const netfilterLog: Format = {
  id: "netfilter-log",
  title: words("netfilter log", "netfilter 日志"),
  scattered: true,
  sniff(line, inside) {
    // what stands before IN= may be anything, quote marks of a mail too, and they are not the prefix
    if (/^\s{0,3}>/.test(line)) return undefined;
    if (full.test(line) || bodyAt(line) !== undefined || /^\s*"dmesg": \[\s*$/.test(line)) return "strong";
    if (!inside) return undefined;
    return suppressed.test(line) || /^\s*(?:[[\]{},]+|"(?:pri|fac|time|caller|msg)": .*)\s*$/.test(line)
      ? "weak"
      : undefined;
  },
  printedBy: (command) => ["dmesg", "journalctl"].includes(command[0] ?? ""),
  parse: (segment) => toEnd(parseSteps(segment)),
  parseSteps,
};

function* parseSteps({ lines }: Segment): Steps<Parsed<SegmentReading>> {
  const diagnostics: Diagnostic[] = [];
  const packets: LoggedPacket[] = [];
  const bad: Span[] = [];
  const fullAt: Span[] = [];
  for (let i = 0; i < lines.length; i++) {
    if ((i & 2047) === 2047) yield i / lines.length;
    const text = lines.text(i);
    if (text.trim() === "") continue;
    if (suppressed.test(text))
      diagnostics.push({
        code: "netfilter-log/lines-missing",
        severity: "info",
        at: lines.span(i),
        message: words("The log left lines out here.", "日志在这里省略了若干行。"),
      });
    if (full.test(text)) fullAt.push(lines.span(i));
    const inner = kernelText(text);
    const start = bodyAt(inner);
    if (start === undefined) continue;
    const packet = packetOf(inner, start, lines.span(i));
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
        `${numbered(bad.length, "log line without addresses or the protocol is", "log lines without addresses or the protocol are")} not used, this one first.`,
        `有 ${bad.length} 行日志缺少地址或协议，未使用；这是第一行。`,
      ),
    });
  return {
    value: {
      contributions: [
        { kind: "logs", packets },
        ...(fullAt.length > 0 ? [{ kind: "system", facts: { conntrackFull: fullAt } } as const] : []),
      ],
      coverage: "partial",
      counts: [counted(packets.length, "logged packet", "logged packets", "条报文日志")],
    },
    diagnostics,
  };
}
