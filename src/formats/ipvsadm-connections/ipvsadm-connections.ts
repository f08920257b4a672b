import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { parseIp } from "../../model/net/ip.ts";
import { type AddressPort, addressPort } from "../address-port.ts";
import type { ReadConnection } from "../conntrack-list/connection-line.ts";
import { newConnectionLines } from "../conntrack-list/connection-list.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";

/**
 * `ipvsadm -L -n -c` (ipvsadm 1.31) and /proc/net/ip_vs_conn, kept as observations; port 0 is a persistence template:
 *   pro expire state       source             virtual            destination
 *   TCP 14:31  ESTABLISHED 192.0.2.1:36652    198.51.100.1:443   203.0.113.1:6443
 *   IP  01:00  ERR!        192.0.2.1:0        0.0.0.7:0          203.0.113.1:0
 *   Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
 *   TCP C0000201 8F2C C6336401 01BB CB007101 192B ESTABLISHED     871
 */
const banner = /^IPVS connection entries|^pro expire state\s|^Pro FromIP\s+FPrt\s/;
const row = /^(TCP|UDP|SCTP|ICMP|IP|UNK) +(\d+):(\d\d) +([A-Z_!]+) +(\S+) +(\S+) +(\S+)(?: +(\S.*?))?\s*$/;
const address = "([0-9A-F]{8}|[0-9a-f:]{39})";
const raw = new RegExp(
  `^(TCP|UDP|SCTP|ICMP|IP|UNK) +${address} ([0-9A-F]{4}) ${address} ([0-9A-F]{4}) ${address} ([0-9A-F]{4}) (\\S+) +(\\d+)(?: +(\\S.*?))?\\s*$`,
);

export const ipvsadmConnections: Format = {
  id: "ipvsadm-connections",
  title: words("ipvsadm -L -c", "ipvsadm -L -c"),
  sniff: (line) => (banner.test(line) || row.test(line) || raw.test(line) ? "strong" : undefined),
  printedBy: (command) =>
    (command[0] === "ipvsadm" && command.some((w) => /^-\w*c\w*$|^--connection$/.test(w))) ||
    (/^(?:cat|head|tail|less|more)$/.test(command[0] ?? "") && command.includes("/proc/net/ip_vs_conn")),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const found = newConnectionLines();
    let header = false;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (text.trim() === "") continue;
      if (banner.test(text)) header = true;
      else if (read(text)) found.push(i);
      else
        diagnostics.push({
          code: "ipvsadm-connections/not-understood",
          severity: "warning",
          at: lines.span(i),
          message: words("The addresses of this connection cannot be read.", "这条连接的地址无法读懂。"),
          advice: words("Print with ipvsadm -L -n -c.", "用 ipvsadm -L -n -c 打印。"),
        });
    }
    const whole = header && !cut && !command?.filtered && diagnostics.length === 0;
    return {
      value: {
        contributions: [{ kind: "connections", connections: found.connections(lines, read) }],
        coverage: whole ? "whole" : "partial",
        counts: [counted(found.length, "connection", "connections", "条连接")],
      },
      diagnostics,
    };
  },
};

function read(text: string): ReadConnection | undefined {
  const shown = row.exec(text);
  if (shown) {
    const [, proto = "", minutes, seconds, state = "", source = "", virtual = "", destination = "", more] = shown;
    return connection(
      proto,
      state,
      Number(minutes) * 60 + Number(seconds),
      [source, virtual, destination].map(addressPort),
      more,
    );
  }
  const [, proto, from = "", fromPort = "", to = "", toPort = "", dest = "", destPort = "", state = "", expires, more] =
    raw.exec(text) ?? [];
  if (proto === undefined) return undefined;
  const places = [hex(from, fromPort), hex(to, toPort), hex(dest, destPort)];
  return connection(proto, state, Number(expires), places, more);
}

function hex(text: string, port: string): AddressPort | undefined {
  const ip = parseIp(
    text.includes(":") ? text : (text.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join("."),
  );
  return ip === undefined ? undefined : { address: ip, port: Number.parseInt(port, 16) };
}

function connection(
  proto: string,
  state: string,
  timeout: number,
  [source, virtual, destination]: readonly (AddressPort | undefined)[],
  more: string | undefined,
): ReadConnection | undefined {
  if (!source || !virtual || !destination) return undefined;
  return {
    by: "ipvs",
    proto: proto.toLowerCase(),
    original: { src: source.address, sport: source.port, dst: virtual.address, dport: virtual.port },
    reply: { src: destination.address, sport: destination.port, dst: source.address, dport: source.port },
    state,
    timeout,
    assured: state === "ASSURED" || state === "ESTABLISHED",
    unreplied: state === "SYN_RECV" || state === "SYN_SENT",
    ...(more === undefined ? {} : { more }),
  };
}
