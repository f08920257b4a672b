/** What stands before `A > B:` on a line of tcpdump. */
export interface LineHead {
  readonly stamp?: string;
  readonly iface?: string;
  readonly direction?: "in" | "out";
  readonly link?: { readonly src?: string; readonly dst?: string; readonly vlan?: number };
  /** From the addresses on; with -v from `(tos` on. */
  readonly body: string;
}

// -#: "    1  ";  -tttt: 2026-11-22 18:20:12.414803;  -tt: 1795376289.593014;  -ttt: " 00:00:00.000024"
const stamped = /^(?:\s{0,5}\d+ {2})?\s?((?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{6,9}|\d{9,11}\.\d{6,9})\s+/;
// -# with -t: "    1  IP …"
const numbered = /^\s{0,5}\d+ {2}(?=(?:IP6?|ARP)\b)/;
// -i any of 4.99: "eth0  Out ", "?     In " of a device that is gone; -e of SLL before it: " In ", "Out "
const any = /^(?:([\w.@:?-]+)\s+)?(In |Out|B {2}|M {2}|P {2}|B|M|P)\s+(?=\S)/;
const network = /^(?:IP6?|ARP|RARP)(?:,|\s)\s*/;
const mac = /[0-9a-f]{2}(?::[0-9a-f]{2}){5}/;
// 02:… > 02:…, ethertype IPv4 (0x0800), length 74:      ifindex 2 02:… ethertype IPv4 (0x0800), length 80:
const link = new RegExp(
  `^(?:ifindex \\d+ )?(?:(${mac.source})(?: \\(oui [^)]*\\))?(?: > (${mac.source}|Broadcast)(?: \\(oui [^)]*\\))?,)? )?ethertype (IPv4|IPv6|ARP|802\\.1Q|\\S+)(?: \\(0x[0-9a-f]{4}\\))?, `,
);
const linkLength =
  /^(?:length \d+: )?(?:vlan (\d+), p \d+,(?: DEI,)? ethertype (?:IPv4|IPv6|ARP|\S+)(?: \(0x[0-9a-f]{4}\))?, )?(?:length \d+: )?/;

/** Undefined: no line that a packet begins on. */
export function lineHead(line: string): LineHead | undefined {
  const stamp = stamped.exec(line);
  let rest = stamp ? line.slice(stamp[0].length) : line.replace(numbered, "");
  const where = any.exec(rest);
  let iface: string | undefined;
  let direction: "in" | "out" | undefined;
  if (where && (stamp || where[1] !== undefined)) {
    const after = rest.slice(where[0].length);
    if (network.test(after) || link.test(after)) {
      iface = where[1] === "?" ? undefined : where[1];
      direction = where[2]?.startsWith("In") ? "in" : where[2] === "Out" ? "out" : undefined;
      rest = after;
    }
  }
  const layer = linkLayer(rest);
  const name = layer ? null : network.exec(rest);
  if (!layer && !name) return undefined;
  const body = layer ? layer.body : rest.slice(name?.[0].length ?? 0);
  if (!stamp && !/ > |^\((?:tos|class|flowlabel|hlim) /.test(body) && !/^ARP, /.test(rest)) return undefined;
  return {
    ...(stamp?.[1] === undefined ? {} : { stamp: stamp[1] }),
    ...(iface === undefined ? {} : { iface }),
    ...(direction === undefined ? {} : { direction }),
    ...(layer && Object.keys(layer.link).length > 0 ? { link: layer.link } : {}),
    body,
  };
}

/** What -e prints, also in front of a packet in a tunnel. */
export function linkLayer(
  text: string,
): { readonly link: NonNullable<LineHead["link"]>; readonly body: string } | undefined {
  const found = text.includes("ethertype ") ? link.exec(text) : null;
  if (!found) return undefined;
  const [all, src, dst, type] = found;
  const tail = text.slice(all.length);
  const [length = "", vlan] = linkLength.exec(tail) ?? [];
  const body = tail.slice(length.length);
  return {
    link: {
      ...(src === undefined ? {} : { src }),
      ...(dst === undefined ? {} : { dst }),
      ...(vlan === undefined ? {} : { vlan: Number(vlan) }),
    },
    body: type === "ARP" ? `ARP ${body}` : body,
  };
}
