/** What stands before `A > B:` on a line of tcpdump. */
export interface LineHead {
  readonly stamp?: string;
  readonly iface?: string;
  readonly direction?: "in" | "out";
  /** From the addresses on; with -v from `(tos` on. */
  readonly body: string;
}

// -#: "    1  ";  -tttt: 2026-11-22 18:20:12.414803;  -tt: 1795376289.593014;  -ttt: " 00:00:00.000024"
const stamped = /^(?:\s{0,5}\d+ {2})?\s?((?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{6,9}|\d{9,11}\.\d{6,9})\s+/;
// -i any of 4.99: "eth0  Out "; -e of SLL before it: " In ", "Out "
const any = /^(?:([\w.@-]+)\s+)?(In |Out|B {2}|M {2}|P {2}|B|M|P)\s+(?=\S)/;
const network = /^(?:IP6?|ARP|RARP)(?:,|\s)\s*/;
// …, ethertype IPv4 (0x0800), length 74:
const link = /^[^"]{0,120}?ethertype (IPv4|IPv6|ARP|802\.1Q|\S+) \(0x[0-9a-f]{4}\), /;
const linkLength =
  /^(?:length \d+: )?(?:vlan \d+, p \d+,(?: DEI,)? ethertype (?:IPv4|IPv6|ARP|\S+)(?: \(0x[0-9a-f]{4}\))?, )?(?:length \d+: )?/;

/** Undefined: no line that a packet begins on. */
export function lineHead(line: string): LineHead | undefined {
  const stamp = stamped.exec(line);
  let rest = stamp ? line.slice(stamp[0].length) : line;
  const where = any.exec(rest);
  let iface: string | undefined;
  let direction: "in" | "out" | undefined;
  if (where && (stamp || where[1] !== undefined)) {
    const after = rest.slice(where[0].length);
    if (network.test(after) || link.test(after)) {
      iface = where[1];
      direction = where[2]?.startsWith("In") ? "in" : where[2] === "Out" ? "out" : undefined;
      rest = after;
    }
  }
  let body: string;
  const name = network.exec(rest);
  if (name) body = rest.slice(name[0].length);
  else {
    const layer = rest.includes("ethertype ") ? link.exec(rest) : null;
    if (!layer) return undefined;
    const tail = rest.slice(layer[0].length);
    body = tail.slice(linkLength.exec(tail)?.[0].length ?? 0);
    if (layer[1] === "ARP") body = `ARP ${body}`;
  }
  if (!stamp && !/ > |^\(tos /.test(body) && !rest.startsWith("ARP, ")) return undefined;
  return {
    ...(stamp?.[1] === undefined ? {} : { stamp: stamp[1] }),
    ...(iface === undefined ? {} : { iface }),
    ...(direction === undefined ? {} : { direction }),
    body,
  };
}
