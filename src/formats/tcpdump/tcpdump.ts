import type { Diagnostic, Parsed } from "../../base/diagnostic.ts";
import { type Steps, toEnd } from "../../base/steps.ts";
import { numbered, words } from "../../base/words.ts";
import { captured } from "../captured.ts";
import type { Format, Segment, SegmentReading, ShownCommand } from "../format.ts";
import { lineHead } from "./line-head.ts";
import { packetText } from "./packet-text.ts";
import { footer, readRecords } from "./records.ts";

/**
 * `tcpdump -n` 4.9 and 4.99, any of -t to -ttttt, -#, -e, -i any, -v, -vv, -q, -x, -X, -A; also `tcpdump -r`:
 *   18:20:12.414803 IP 198.51.100.7.58816 > 203.0.113.9.6443: Flags [S], seq 9, win 43690, options [mss 65495,sackOK], length 0
 *   18:20:12.414803 eth0  Out IP6 2001:db8::7.58816 > 2001:db8::9.53: UDP, length 20
 *   18:20:12.414803 02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype IPv4 (0x0800), length 74: 198.51.100.7.1 > …
 *   18:20:12.414803 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)
 *       198.51.100.7.58816 > 203.0.113.9.6443: Flags [S], …
 * Under -v an ICMP error's quoted packet and a GRE or Geneve tunnel's inner packet both follow behind a tab, `⇥IP (tos …`,
 * with the addresses on a line of their own: what is above tells which it is. Payload lines of -A may be anything.
 */
const banner =
  /^(?:tcpdump: |(?:tcpdump: )?listening on \S+, link-type |reading from (?:file|PCAP-NG file) \S+, link-type |dropped privs to )/;
const detail =
  /^(?:\s+0x[0-9a-f]{4}:|\s+(?:IP6? )?\((?:tos|hlim|class|flowlabel) |\s+\S+ > \S+: |\t\s+\S.* option \(|[E`][!-~]{3}[ -~]{4,}$|\^C\s*$)/;

export const tcpdump: Format = {
  id: "tcpdump",
  scattered: true,
  title: words("tcpdump", "tcpdump"),
  sniff(line, inside) {
    if (banner.test(line) || footer.test(line)) return "strong";
    const head = lineHead(line);
    if (head) return head.stamp !== undefined || packetText(head.body) ? "strong" : "weak";
    return inside && detail.test(line) ? "weak" : undefined;
  },
  printedBy: (command) => command[0] === "tcpdump",
  parse: (segment) => toEnd(parseSteps(segment)),
  parseSteps,
};

function* parseSteps({ lines, command, cut }: Segment): Steps<Parsed<SegmentReading>> {
  const diagnostics: Diagnostic[] = [];
  const { packets, others, named, open } = yield* readRecords(lines, shownInterface(command));
  const [other] = others;
  if (other)
    diagnostics.push({
      code: "tcpdump/other-packets",
      severity: "info",
      at: other,
      message: words(
        `${numbered(others.length, "packet is", "packets are")} neither TCP, UDP, SCTP nor ICMP: not used, this one first.`,
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
        `${numbered(named.length, "packet has", "packets have")} names instead of addresses or ports: not used, this one first.`,
        `有 ${named.length} 个报文的地址或端口是名字，未使用；这是第一个。`,
      ),
      advice: words("Capture with tcpdump -n.", "用 tcpdump -n 抓包。"),
    });
  return captured(packets, !cut && !open && !command?.filtered, diagnostics);
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
