import { type Ip, parseIp } from "../../model/net/ip.ts";

/** `198.51.100.7.40000`, `2001:db8::1.40000`, `198.51.100.7` (no port: ICMP and others), `203.0.113.9.https`. */
export interface HostPort {
  readonly address: Ip;
  readonly port?: number;
}

/** Without -n tcpdump prints names of /etc/services; only these are certain. */
const services: Readonly<Record<string, number>> = {
  ssh: 22,
  domain: 53,
  http: 80,
  "http-alt": 8080,
  webcache: 8080,
  ntp: 123,
  https: 443,
  mysql: 3306,
  postgresql: 5432,
  "etcd-client": 2379,
  "etcd-server": 2380,
  "sun-sr-https": 6443,
};

/** Undefined: host names, or no address at all. */
export function hostPort(text: string): HostPort | undefined {
  const bare = parseIp(text);
  // ::ffff:1.2.3.4 is an address; 1.2.3.4 too. What has one dot-part more carries a port.
  if (bare !== undefined) return { address: bare };
  const cut = text.lastIndexOf(".");
  const address = cut > 0 ? parseIp(text.slice(0, cut)) : undefined;
  const last = text.slice(cut + 1);
  const port = /^\d{1,5}$/.test(last) ? Number(last) : Object.hasOwn(services, last) ? services[last] : undefined;
  return address === undefined || port === undefined || port > 65535 ? undefined : { address, port };
}

export interface PacketText {
  readonly from: string;
  readonly to: string;
  /** After `A > B: `. */
  readonly rest: string;
}

/** The first `A > B: rest` of a text that begins with it. */
export function packetText(text: string): PacketText | undefined {
  const arrow = text.indexOf(" > ");
  if (arrow <= 0) return undefined;
  const from = text.slice(0, arrow);
  const end = text.indexOf(": ", arrow);
  const stop = end === -1 && text.endsWith(":") ? text.length - 1 : end;
  if (stop === -1 || from.includes(" ")) return undefined;
  const to = text.slice(arrow + 3, stop);
  return to === "" || to.includes(" ") ? undefined : { from, to, rest: text.slice(stop + 2) };
}

/** What a packet carries, from the text after the addresses; undefined: neither TCP, UDP, SCTP nor ICMP. */
export function protocolOf(rest: string, ports: boolean, wide: boolean): string | undefined {
  if (/^(?:HBH )?(?:\([^)]*\) )*(?:\[[^\]]*\] )?ICMP|^icmp/.test(rest)) return wide ? "ipv6-icmp" : "icmp";
  if (!ports) return undefined;
  if (rest.startsWith("Flags [") || /^tcp \d/.test(rest) || /^\s?\[\|tcp\]/.test(rest) || oldFlags.test(rest))
    return "tcp";
  if (/^sctp\b/i.test(rest)) return "sctp";
  // DNS, NTP, VXLAN and the like are printed without the word UDP
  return "udp";
}

// before tcpdump 4.0: S 123:123(0) win 5840 <mss 1460,sackOK>
const oldFlags = /^([SFRPWE.]+) (?:\d+:\d+\(\d+\)|ack \d)/;

export const flagsOf = (rest: string): string => {
  const now = /^Flags \[([^\]]*)\]/.exec(rest)?.[1];
  if (now !== undefined) return now === "none" ? "" : now;
  return oldFlags.exec(rest)?.[1] ?? "";
};

const numberIn = (rest: string, pattern: RegExp): number | undefined => {
  const found = pattern.exec(rest)?.[1];
  return found === undefined ? undefined : Number(found);
};
export const mssOf = (rest: string): number | undefined => numberIn(rest, /[[<,]mss (\d+)/);

/** seq, ack and payload length; with -q only the length. */
export function sizesOf(rest: string): { readonly seq?: number; readonly ack?: number; readonly length?: number } {
  const seq = numberIn(rest, /\bseq (\d+)/) ?? numberIn(rest, /^[SFRPWE.]+ (\d+):/);
  const ack = numberIn(rest, /\back (\d+)/);
  const length =
    numberIn(rest, /\blength (\d+)(?::|,|\s*$)/) ??
    numberIn(rest, /^tcp (\d+)/) ??
    numberIn(rest, /^[SFRPWE.]+ \d+:\d+\((\d+)\)/);
  return {
    ...(seq === undefined ? {} : { seq }),
    ...(ack === undefined ? {} : { ack }),
    ...(length === undefined ? {} : { length }),
  };
}

/** What -v says of the network layer: `(tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)`. */
export interface Verbose {
  readonly proto?: string;
  readonly ttl?: number;
  readonly id?: number;
  readonly fragment?: true;
  /** What follows on the same line. */
  readonly rest: string;
}

const names: Readonly<Record<string, string>> = {
  TCP: "tcp",
  UDP: "udp",
  SCTP: "sctp",
  ICMP: "icmp",
  ICMPv6: "ipv6-icmp",
};

export function verboseOf(body: string): Verbose | undefined {
  if (!/^\((?:tos|class|flowlabel|hlim) /.test(body)) return undefined;
  // options may hold brackets of their own: the last bracket before the addresses, or the end
  const close = closing(body);
  const inside = body.slice(0, close);
  const name = /(?:proto|next-header):? (\w+) \(/.exec(inside)?.[1] ?? "";
  const ttl = numberIn(inside, /\b(?:ttl|hlim) (\d+)/);
  const id = numberIn(inside, /\bid (\d+)/);
  const offset = numberIn(inside, /\boffset (\d+)/) ?? 0;
  return {
    ...(Object.hasOwn(names, name) ? { proto: names[name] ?? name } : {}),
    ...(ttl === undefined ? {} : { ttl }),
    ...(id === undefined ? {} : { id }),
    ...(offset > 0 ? { fragment: true as const } : {}),
    rest: body.slice(close + 1).trimStart(),
  };
}

function closing(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return text.length;
}
