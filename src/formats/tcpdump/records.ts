import type { Span } from "../../base/span.ts";
import type { Steps } from "../../base/steps.ts";
import { familyOf } from "../../model/net/ip.ts";
import type { CapturedPacket, Tunnel } from "../../model/node/observation.ts";
import type { Lines } from "../format.ts";
import { icmpNote } from "./icmp-text.ts";
import { type LineHead, lineHead, linkLayer } from "./line-head.ts";
import {
  flagsOf,
  hostPort,
  mssOf,
  type PacketText,
  packetText,
  protocolOf,
  sizesOf,
  type Verbose,
  verboseOf,
} from "./packet-text.ts";

export interface Records {
  readonly packets: readonly CapturedPacket[];
  /** Neither TCP, UDP, SCTP nor ICMP. */
  readonly others: readonly Span[];
  /** With names in place of addresses or ports. */
  readonly named: readonly Span[];
  /** The last packet's addresses are missing: they would stand on the next line. */
  readonly open: boolean;
}

/** What tcpdump prints when it ends. */
export const footer = /^(?:\^C)?\d+ packets? (?:captured|received by filter|dropped by (?:kernel|interface))/;

type Seen = Pick<CapturedPacket, "iface" | "direction" | "stamp" | "link">;
interface Pending {
  readonly verbose: Verbose;
  readonly tunnels: readonly Tunnel[];
}

/** Reads the packets of a capture; under -v one packet takes several lines. `first` is the interface, if it is told. Yields the share that is done. */
export function* readRecords(lines: Lines, first: string | undefined): Steps<Records> {
  const packets: CapturedPacket[] = [];
  const others: Span[] = [];
  const named: Span[] = [];
  let iface = first;
  let seen: Seen = {};
  /** A network header of -v whose addresses stand on the next line. */
  let pending: Pending | undefined;
  /** Tunnels that the packet on the next line or behind a tab is in. */
  let inside: readonly Tunnel[] = [];
  /** An ICMP error, while the packet that it quotes may follow. */
  let icmp: number | undefined;

  const emit = (body: string, verbose: Verbose | undefined, tunnels: readonly Tunnel[], at: Span): void => {
    inside = [];
    icmp = undefined;
    const shortened = /^truncated-ip6? - \d+ bytes missing! ?/.exec(body)?.[0] ?? "";
    const text = body.slice(shortened.length);
    const own = verbose ?? verboseOf(text);
    const found = packetText(verbose || !own ? text : own.rest);
    if (!found) {
      if (own && own.rest === "") pending = { verbose: own, tunnels };
      else others.push(at);
      return;
    }
    const from = hostPort(found.from);
    const to = hostPort(found.to);
    if (!from || !to) {
      named.push(at);
      return;
    }
    const tunnel = tunnelIn(found, from.address, to.address);
    if (tunnel) {
      inside = [...tunnels, tunnel.around];
      if (tunnel.body !== undefined) {
        const inner = linkLayer(tunnel.body);
        emit((inner?.body ?? tunnel.body).replace(/^IP6? /, ""), undefined, inside, at);
        return;
      }
      if (tunnel.around.kind === "ipip" || tunnel.around.kind === "gre") return;
    }
    const ports = from.port !== undefined && to.port !== undefined;
    const proto = protocolOf(found.rest, ports, familyOf(from.address) === 6) ?? fragmentOf(found.rest) ?? own?.proto;
    if (proto === undefined) {
      others.push(at);
      return;
    }
    const mss = proto === "tcp" ? mssOf(found.rest) : undefined;
    const about =
      proto.endsWith("icmp") && !own?.fragment && !fragmentOf(found.rest) ? icmpNote(found.rest) : undefined;
    packets.push({
      proto,
      src: from.address,
      dst: to.address,
      sport: from.port ?? 0,
      dport: to.port ?? 0,
      flags: proto === "tcp" ? flagsOf(found.rest) : "",
      ...(mss === undefined ? {} : { mss }),
      ...sizesOf(found.rest),
      ...(own?.ttl === undefined ? {} : { ttl: own.ttl }),
      ...(own?.id === undefined ? {} : { id: own.id }),
      ...(/cksum 0x[0-9a-f]+ \(incorrect|\bbad (?:udp|icmp6?) cksum|\[bad (?:udp|tcp) cksum/.test(found.rest)
        ? { badChecksum: true as const }
        : {}),
      ...(own?.fragment || fragmentOf(found.rest) ? { fragment: true as const } : {}),
      ...(shortened !== "" || /\[\|\w+\]/.test(found.rest) ? { truncated: true as const } : {}),
      ...(about ? { icmp: about } : {}),
      ...(tunnels.length > 0 ? { tunnels } : {}),
      ...seen,
      at,
    });
    if (about && !/^echo/.test(about.about)) icmp = packets.length - 1;
  };

  const quote = (text: string): void => {
    const error = icmp === undefined ? undefined : packets[icmp];
    const found = packetText(text);
    const src = found && hostPort(found.from);
    const dst = found && hostPort(found.to);
    if (!error || icmp === undefined || !src || !dst) return;
    const proto = protocolOf(found.rest, src.port !== undefined, familyOf(src.address) === 6);
    const quoted = {
      ...(proto === undefined ? {} : { proto }),
      src: src.address,
      dst: dst.address,
      ...(src.port === undefined ? {} : { sport: src.port }),
      ...(dst.port === undefined ? {} : { dport: dst.port }),
    };
    packets[icmp] = { ...error, icmp: { ...(error.icmp ?? { about: "other" }), quoted } };
  };

  let quoting = false;
  for (let i = 0; i < lines.length; i++) {
    if ((i & 1023) === 1023) yield i / lines.length;
    const text = lines.text(i);
    if (text.trim() === "") continue;
    const listening = /listening on ([^\s,]+), link-type/.exec(text)?.[1];
    if (listening !== undefined) {
      iface = listening === "any" ? undefined : listening;
      continue;
    }
    if (footer.test(text)) iface = undefined;
    const head = lineHead(text);
    if (!head) {
      const deeper = /^(?:\t(?:IP6? )?|\s+IP6? )(?=\()/.exec(text)?.[0];
      if (deeper !== undefined && icmp !== undefined) {
        const own = verboseOf(text.slice(deeper.length));
        quoting = own?.rest === "";
        if (own && own.rest !== "") quote(own.rest);
      } else if (deeper !== undefined && inside.length > 0)
        emit(text.slice(deeper.length), undefined, inside, lines.span(i));
      else if (quoting && packetText(text.trim())) {
        quote(text.trim());
        quoting = false;
      } else if (pending && packetText(text.trim())) {
        const { verbose, tunnels } = pending;
        pending = undefined;
        emit(text.trim(), verbose, tunnels, lines.span(i));
      }
      continue;
    }
    pending = undefined;
    quoting = false;
    // The packet inside a tunnel stands on a line of its own without a stamp: it was seen with the line above.
    const within = head.stamp === undefined && head.iface === undefined && inside.length > 0;
    if (!within) {
      inside = [];
      if (packets.length > 0 && isOtherCapture(seen.stamp, head.stamp)) iface = undefined;
      seen = seenAt(head, head.iface ?? iface);
    }
    emit(head.body, undefined, inside, lines.span(i));
  }
  return { packets, others, named, open: pending !== undefined };
}

/** Stamps of another form, or that went back further than deltas of -ttt do and less than at midnight: of another run of tcpdump. */
function isOtherCapture(before: string | undefined, stamp: string | undefined): boolean {
  const form = (text: string | undefined): string => (text ?? "").replace(/\d+/g, "0");
  if (form(before) !== form(stamp)) return true;
  const back = secondsOf(before) - secondsOf(stamp);
  return back > 60 && back < 12 * 3600;
}

/** Seconds of the day, or since 1970. */
function secondsOf(stamp = ""): number {
  const [, hours, minutes, seconds] = /(\d\d):(\d\d):(\d\d\.\d+)$/.exec(stamp) ?? [];
  return hours === undefined ? Number.parseFloat(stamp) : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

const seenAt = (head: LineHead, iface: string | undefined): Seen => ({
  ...(iface === undefined ? {} : { iface }),
  ...(head.direction === undefined ? {} : { direction: head.direction }),
  ...(head.stamp === undefined ? {} : { stamp: head.stamp }),
  ...(head.link === undefined ? {} : { link: head.link }),
});

/** `ip-proto-17`: a later fragment, of which only the protocol is known. */
const fragmentOf = (rest: string): string | undefined => {
  const number = /^ip-proto-(\d+)/.exec(rest)?.[1];
  return number === undefined ? undefined : ({ "1": "icmp", "6": "tcp", "17": "udp", "132": "sctp" } as const)[number];
};

/** What a packet carries that is a tunnel's; its inner packet on the same line, if it is. */
function tunnelIn(
  { rest }: PacketText,
  src: Tunnel["src"],
  dst: Tunnel["dst"],
): { readonly around: Tunnel; readonly body?: string } | undefined {
  const as = (kind: Tunnel["kind"], body?: string) => ({
    around: { kind, src, dst },
    ...(body === undefined || body === "" ? {} : { body }),
  });
  if (/^(?:VXLAN|OTV), /.test(rest)) return as("vxlan");
  const geneve = /^Geneve, .*?vni 0x[0-9a-f]+(?:, proto [^:]*)?(?:, options \[.*?\])?(?:: (.*))?$/.exec(rest);
  if (geneve) return as("geneve", geneve[1]);
  const gre = /^GREv\d, (?:Flags \[[^\]]*\], )?.*?length \d+(?:: (.*))?$/.exec(rest);
  if (gre) return as("gre", gre[1]);
  const ipip = /^IP6? (.*)$/.exec(rest)?.[1] ?? (/^[0-9a-f.:]+ > [0-9a-f.:]+: /.test(rest) ? rest : undefined);
  return ipip === undefined ? undefined : as("ipip", ipip);
}
