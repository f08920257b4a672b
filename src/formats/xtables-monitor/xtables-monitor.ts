import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { numbered, words } from "../../base/words.ts";
import { parseIp } from "../../model/net/ip.ts";
import { protocolName } from "../../model/net/protocol.ts";
import type { LoggedPacket, TracedAt } from "../../model/node/observation.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";
import { fieldsOf, numberOf } from "../netfilter-log/body.ts";

/**
 * `xtables-monitor --trace` and `--event` (iptables 1.8, iptables/xtables-monitor.c). A PACKET line for each base chain, then
 * a TRACE line for each rule that matched, with the rule as iptables-save writes it:
 *   PACKET: 2 3c9bf8b6 IN=veth-b MACSRC=8a:b5:dd:f:e7:ec MACDST=a:d3:83:b6:c6:9b MACPROTO=0800 SRC=10.1.0.1 DST=10.96.0.1 LEN=60 TOS=0x0 TTL=64 ID=11319 DF SPORT=35990 DPORT=443 SYN MARK=0x4000
 *    TRACE: 2 3c9bf8b6 nat:PREROUTING:rule:0x3:JUMP:KUBE-SERVICES  -4 -t nat -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
 *    TRACE: 2 3c9bf8b6 raw:PREROUTING:policy:ACCEPT
 *    EVENT: -4 -t filter -A INPUT -s 9.9.9.9/32 -j ACCEPT
 * rule:0x3 is a handle. Bytes of MAC addresses have no leading zeros. Between LOG lines and these, keys differ: SPORT, DPORT.
 */
const packetLine = /^PACKET: (\d+) ([0-9a-f]{8}) (?=\S+=)/;
const traceLine =
  /^\s?TRACE: (\d+) ([0-9a-f]{8}) (\w+):(\S+?):(rule|return|policy|unknown)(?::(\S+?))?(?:\s\s?-[46] -t \w+ -A \S+ ?(.*))?\s*$/;
const eventLine = /^\s?(?:EVENT|NEWTABLE|NEWCHAIN|table|chain)?:? ?-[046] (?:-t \w+ )-[ADNXP] \S/;
const lost = /^cannot receive from nfnetlink socket/;

export const xtablesMonitor: Format = {
  id: "xtables-monitor",
  title: words("xtables-monitor", "xtables-monitor"),
  sniff(line, inside) {
    if (packetLine.test(line) || traceLine.test(line) || /^\s?EVENT: /.test(line)) return "strong";
    return inside && (eventLine.test(line) || lost.test(line)) ? "weak" : undefined;
  },
  printedBy: (command) => /^xtables-monitor$/.test(command[0] ?? ""),
  parse({ lines, cut }) {
    const diagnostics: Diagnostic[] = [];
    const packets: LoggedPacket[] = [];
    const walks = new Map<string, LoggedPacket>();
    const strays: Span[] = [];
    let events = 0;
    let first: Span | undefined;
    let missing = cut;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (text.trim() === "") continue;
      const at = lines.span(i);
      const begun = packetLine.exec(text);
      if (begun) {
        const packet = packetOf(text.slice(begun[0].length), begun[2] ?? "", at);
        if (packet) walks.set(begun[2] ?? "", packet);
        else strays.push(at);
        continue;
      }
      const step = traceLine.exec(text);
      if (step) {
        const packet = walks.get(step[2] ?? "");
        // the packet of a walk is not in the text: its steps tell nothing that could be used
        if (packet) packets.push({ ...packet, trace: stepOf(step), at });
        else strays.push(at);
      } else if (lost.test(text)) missing = true;
      else {
        events++;
        first ??= at;
      }
    }
    if (first) diagnostics.push(changed(first, events));
    const [stray] = strays;
    if (stray) diagnostics.push(withoutPacket(stray, strays.length));
    return {
      value: {
        contributions: [{ kind: "logs", packets }],
        coverage: missing || strays.length > 0 ? "partial" : "whole",
        counts: [counted(packets.length, "trace step", "trace steps", "个跟踪步骤")],
      },
      diagnostics,
    };
  },
};

function packetOf(text: string, walk: string, at: Span): LoggedPacket | undefined {
  const { values, flags } = fieldsOf(text);
  const src = parseIp(values.get("SRC") ?? "");
  const dst = parseIp(values.get("DST") ?? "");
  if (src === undefined || dst === undefined) return undefined;
  const number = (key: string): number | undefined => numberOf(values, key);
  const sport = number("SPORT") ?? number("SPT");
  const named = protocolName(values.get("PROTO") ?? "");
  const type = number("TYPE");
  // the protocol is not printed where ports are: only TCP has flags
  const proto = named ?? (flags.length > 0 ? "tcp" : sport !== undefined ? "udp" : type !== undefined ? "icmp" : "all");
  const optional = {
    ttl: number("TTL") ?? number("HOPLIMIT"),
    id: number("ID"),
    length: number("LEN"),
    uid: number("UID"),
  };
  const [macSrc, macDst] = [values.get("MACSRC"), values.get("MACDST")].map(paddedMac);
  return {
    prefix: "",
    walk,
    in: values.get("IN") || null,
    out: values.get("OUT") || null,
    ...(macSrc && macDst ? { mac: { src: macSrc, dst: macDst } } : {}),
    src,
    dst,
    proto,
    sport: sport ?? 0,
    dport: number("DPORT") ?? number("DPT") ?? 0,
    mark: number("MARK") ?? 0,
    ...(Object.fromEntries(Object.entries(optional).filter(([, v]) => v !== undefined)) as Partial<LoggedPacket>),
    ...(type === undefined ? {} : { icmp: { type, code: number("CODE") ?? 0 } }),
    flags,
    at,
  };
}

/** `8a:b5:dd:f:e7:ec` is 8a:b5:dd:0f:e7:ec. */
const paddedMac = (text: string | undefined): string | undefined =>
  text
    ?.split(":")
    .map((byte) => byte.padStart(2, "0"))
    .join(":");

function stepOf(found: RegExpExecArray): TracedAt {
  const [, , , table = "", chain = "", kind = "", detail = "", rule] = found;
  const parts = detail.split(":");
  const handle = kind === "rule" ? Number(parts.shift()) : Number.NaN;
  const verdict = parts.join(" ").toLowerCase();
  const target = parts[1];
  return {
    table,
    chain,
    kind: kind as TracedAt["kind"],
    ...(Number.isInteger(handle) ? { handle } : {}),
    ...(rule === undefined || rule === "" ? {} : { rule: rule.trimEnd() }),
    // the target chain's name keeps its letters
    ...(verdict === ""
      ? {}
      : { verdict: target === undefined ? verdict : `${(parts[0] ?? "").toLowerCase()} ${target}` }),
  };
}

const changed = (at: Span, n: number): Diagnostic => ({
  code: "xtables-monitor/rules-changed",
  severity: "info",
  at,
  message: words(
    `${numbered(n, "line tells", "lines tell")} that rules were changed while this ran; dumps taken before are out of date.`,
    `有 ${n} 行表明运行期间规则被修改；此前的导出已过时。`,
  ),
});

const withoutPacket = (at: Span, n: number): Diagnostic => ({
  code: "xtables-monitor/without-packet",
  severity: "warning",
  at,
  message: words(
    `The packet of ${numbered(n, "trace line", "trace lines")} is not in the text, so nothing is made of that; this is the first.`,
    `有 ${n} 行跟踪缺少对应的 PACKET 行，未使用；这是第一行。`,
  ),
});
