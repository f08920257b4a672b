import { words } from "../../base/words.ts";
import { postrouting } from "../../kube-proxy/names.ts";
import { hasWord, rulesIn } from "../../kube-proxy/rule-words.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import type { Connection } from "../../model/node/observation.ts";
import type { Offload } from "../../model/node/system.ts";
import type { Link } from "../../model/routing/link.ts";
import { holderOf, linkNamed } from "../../simulate/addresses.ts";
import type { Evidence } from "../finding.ts";
import { type Probe, works } from "../probe.ts";
import type { Side } from "../side.ts";

/** What goes through a tunnel of the node itself: the outer packet passes OUTPUT and POSTROUTING once more, with the inner one's mark. */

/** UDP ports of VXLAN (Linux's old default, IANA's), Weave's and Geneve. */
const tunnelPorts: ReadonlySet<number> = new Set([8472, 4789, 6784, 6081]);

const isVxlan = ({ name, kind }: Link): boolean =>
  kind === undefined ? /^(flannel\.\d+$|vxlan|cilium_vxlan)/.test(name) : kind === "vxlan";
const isTunnel = (link: Link): boolean =>
  isVxlan(link) ||
  (link.kind === undefined ? /^(tunl\d|genev)/.test(link.name) : /^(geneve|ipip|gre|sit)/.test(link.kind));

/** The tunnel by which a packet leaves that still bears the masquerade mark, if it does. */
export function tunnelMarked(p: Probe, only: "vxlan" | "any"): string | undefined {
  const wire = p.trace.steps.find((s) => s.kind === "wire" && s.direction === "original");
  const bits = p.side.paths.get(familyOf(p.flow.to))?.marking?.bits ?? 0;
  const device = p.trace.summary.sentBy;
  if (!wire || device === undefined || (wire.packet.mark & bits) === 0) return undefined;
  const link = linkNamed(p.side.snapshot, device);
  return link && (only === "vxlan" ? isVxlan(link) : isTunnel(link)) ? device : undefined;
}

/** Flows that are masqueraded, work, and go through a tunnel with the mark on. */
export const encapsulatedMarked = (probes: readonly Probe[], family: Family, only: "vxlan" | "any"): Probe[] =>
  probes.filter(
    (p) =>
      familyOf(p.flow.to) === family && works(p) && p.trace.summary.masqueraded && tunnelMarked(p, only) !== undefined,
  );

/** kube-proxy masquerades with --random-fully: the outer packet gets another port, so it is really rewritten. */
export const randomisesPorts = (side: Side, family: Family): boolean =>
  [...rulesIn(side.snapshot.iptables.get(family), "nat", postrouting)].some((r) => hasWord(r, "--random-fully"));

/** Stable kernels since which NAT leaves a UDP checksum of 0 alone (netfilter: nat: never update the UDP checksum when it's 0). */
const fixedSince: readonly (readonly [number, number, number])[] = [
  [4, 14, 181],
  [4, 19, 123],
  [5, 4, 41],
  [5, 6, 13],
];

/** Kernels of distributions that pick patches; elrepo's are the upstream ones. */
const patched = /\.el\d(?!\.elrepo)|\.amzn|\.uek/;

/** Whether this node's kernel has that defect; undefined where it is not known, as with distributions that pick patches. */
export function spoilsChecksums(side: Side): boolean | undefined {
  const release = side.snapshot.kernel?.release ?? "";
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.?(\d*)/.exec(release)?.map(Number) ?? [];
  if (major === undefined || minor === undefined || patched.test(release)) return undefined;
  if (major > 5 || (major === 5 && minor >= 7)) return false;
  if (major < 4 || (major === 4 && minor < 14)) return undefined;
  const fixed = fixedSince.find(([a, b]) => a === major && b === minor);
  return !fixed || (patch ?? 0) < fixed[2];
}

export const checksumFeature = "tx-checksum-ip-generic";

/** What `ethtool -k` says of the device; a row pasted alone is taken for its. */
export const checksumOffload = (side: Side, device: string): Offload | undefined =>
  side.snapshot.system.offloads.find((o) => o.feature === checksumFeature && (o.device ?? device) === device);

/** At most so many connections are looked at. */
const mostConnections = 200_000;

/** A tunnel's outer packet whose port NAT changed: it was masqueraded once more. */
export function masqueradedTwice(side: Side): Evidence[] {
  let left = mostConnections;
  const isTwice = (c: Connection): boolean =>
    c.proto === "udp" &&
    tunnelPorts.has(c.original.dport) &&
    holderOf(side.snapshot, c.original.src) !== undefined &&
    c.reply.dport !== c.original.sport;
  for (const table of side.pasted.connections)
    for (const c of table) {
      if (left-- <= 0) return [];
      if (isTwice(c))
        return [
          {
            side: side.name,
            at: c.at,
            says: words(
              `the tunnel's own packet was masqueraded: port ${c.original.sport} became ${c.reply.dport}`,
              `隧道自己的报文被做了 MASQUERADE：端口 ${c.original.sport} 变成 ${c.reply.dport}`,
            ),
          },
        ];
    }
  return [];
}

/** A tunnel's packet that arrives with a wrong checksum. On its way out that only means that the card is to fill it in. */
export function spoiltChecksums(side: Side): Evidence[] {
  const packet = side.pasted.captures.find(
    (c) =>
      c.badChecksum &&
      (c.tunnels?.length || (c.proto === "udp" && tunnelPorts.has(c.dport))) &&
      holderOf(side.snapshot, c.tunnels?.[0]?.src ?? c.src) === undefined,
  );
  return packet
    ? [
        {
          side: side.name,
          at: packet.at,
          says: words(
            "captured: a tunnel's packet came in with a wrong checksum",
            "抓包所见：收到的隧道报文校验和错误",
          ),
        },
      ]
    : [];
}
