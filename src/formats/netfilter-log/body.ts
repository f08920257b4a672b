import type { Span } from "../../base/span.ts";
import { type Ip, parseIp } from "../../model/net/ip.ts";
import { protocolName } from "../../model/net/protocol.ts";
import type { LoggedPacket } from "../../model/node/observation.ts";

/** What stands before the kernel's own text: heads of dmesg -T -x -d -r -e --time-format iso, of journalctl and syslog. */
const heads =
  /^(?:<\d+>|kern +:\w+ *: |[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d(?:\.\d+)? \S+ kernel: ?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\S+ (?:\S+ kernel: ?)?|\[ *\d+\.\d+(?: *<[^>]*>)?\] ?|\[ *\+\d+\.\d+\] ?|\[[A-Z][a-z]{2}[^\]]* ?\d\d:\d\d[^\]]*\] ?|kernel: ?|message repeated \d+ times: \[ ?)/;
const traced = /^TRACE: (\w+):(\S+):(rule|return|policy):(\d+) $/;
const flagNames: readonly string[] = ["AE", "CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"];

/** Column of the `IN=` that the body of a line begins with: the last one that OUT= follows. */
export function bodyAt(line: string): number | undefined {
  const out = line.lastIndexOf(" OUT=");
  if (out === -1) return undefined;
  const start = line.lastIndexOf("IN=", out);
  return start === -1 || line.slice(start, out).includes(" ") || line.indexOf(" SRC=", out) === -1 ? undefined : start;
}

/** The packet of a line; undefined: addresses or the protocol are missing. */
export function packetOf(text: string, start: number, at: Span): LoggedPacket | undefined {
  let prefix = text.slice(0, start);
  for (let head = heads.exec(prefix); head; head = heads.exec(prefix)) prefix = prefix.slice(head[0].length);
  const body = text.slice(start);
  // an ICMP error quotes a packet with the same keys: PROTO=ICMP TYPE=3 CODE=3 [SRC=… ] MTU=1450
  const open = body.indexOf(" [SRC=");
  const close = body.lastIndexOf("] ");
  const outer = fieldsOf(open === -1 ? body : body.slice(0, open) + (close > open ? body.slice(close + 1) : ""));
  const quoted = open === -1 ? undefined : tupleOf(fieldsOf(body.slice(open + 2, close > open ? close : undefined)));
  const tuple = tupleOf(outer);
  if (!tuple) return undefined;
  const { values, flags } = outer;
  const number = (...keys: string[]): number | undefined => numberOf(values, ...keys);
  const [, table = "", chain = "", kind = "", position = ""] = traced.exec(prefix) ?? [];
  const optional = {
    physIn: values.get("PHYSIN"),
    physOut: values.get("PHYSOUT"),
    mac: macOf(values),
    ttl: number("TTL", "HOPLIMIT"),
    id: tuple.proto.includes("icmp6") ? undefined : number("ID"),
    length: number("LEN"),
    fragment: (number("FRAG") ?? 0) > 0 ? (true as const) : undefined,
    incomplete: /\b(?:INCOMPLETE \[|TRUNCATED)/.test(body) ? (true as const) : undefined,
    icmp: tuple.proto.includes("icmp") ? icmpOf(number("TYPE"), number("CODE"), number("MTU")) : undefined,
    quoted,
    uid: number("UID"),
  };
  return {
    prefix,
    ...(table === ""
      ? {}
      : { trace: { table, chain, kind: kind as "rule" | "return" | "policy", number: Number(position) } }),
    in: values.get("IN") || null,
    out: values.get("OUT") || null,
    ...tuple,
    mark: number("MARK") ?? 0,
    ...(Object.fromEntries(Object.entries(optional).filter(([, v]) => v !== undefined)) as Partial<LoggedPacket>),
    flags: tuple.proto === "tcp" ? flags : [],
    at,
  };
}

interface Fields {
  readonly values: ReadonlyMap<string, string>;
  readonly flags: readonly string[];
}

/** `KEY=value` words, the first of each key, and TCP's flags. LEN and ID may come twice. */
export function fieldsOf(text: string): Fields {
  const values = new Map<string, string>();
  const flags: string[] = [];
  for (const word of text.split(/\s+/)) {
    // FRAG:185 is written with a colon
    const [, key, value = ""] = /^([A-Z]+)[=:](.*)$/.exec(word) ?? [];
    if (key === undefined) {
      if (flagNames.includes(word)) flags.push(word);
    } else if (!values.has(key)) values.set(key, value);
  }
  return { values, flags };
}

export function numberOf(values: ReadonlyMap<string, string>, ...keys: readonly string[]): number | undefined {
  const found = keys.map((key) => values.get(key)).find((value) => value !== undefined && value !== "");
  const value = Number(found);
  return found === undefined || !Number.isInteger(value) ? undefined : value;
}

interface Tuple {
  readonly src: Ip;
  readonly dst: Ip;
  readonly proto: string;
  readonly sport: number;
  readonly dport: number;
}

function tupleOf({ values }: Fields): Tuple | undefined {
  const src = parseIp(values.get("SRC") ?? "");
  const dst = parseIp(values.get("DST") ?? "");
  const proto = protocolName(values.get("PROTO") ?? "");
  if (src === undefined || dst === undefined || proto === undefined) return undefined;
  return { src, dst, proto, sport: numberOf(values, "SPT") ?? 0, dport: numberOf(values, "DPT") ?? 0 };
}

const icmpOf = (type: number | undefined, code: number | undefined, mtu: number | undefined): LoggedPacket["icmp"] =>
  type === undefined || code === undefined ? undefined : { type, code, ...(mtu === undefined ? {} : { mtu }) };

/** `MAC=` is destination, source and type in 14 bytes; newer kernels may write MACSRC=, MACDST= and VID= instead. */
function macOf(values: ReadonlyMap<string, string>): LoggedPacket["mac"] {
  const bytes = (values.get("MAC") ?? "").split(":");
  const dst = values.get("MACDST") ?? (bytes.length === 14 ? bytes.slice(0, 6).join(":") : undefined);
  const src = values.get("MACSRC") ?? (bytes.length === 14 ? bytes.slice(6, 12).join(":") : undefined);
  const vlan = numberOf(values, "VID");
  return src === undefined || dst === undefined ? undefined : { src, dst, ...(vlan === undefined ? {} : { vlan }) };
}
