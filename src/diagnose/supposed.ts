import type { Span } from "../base/span.ts";
import { type Words, words } from "../base/words.ts";
import { localDetector } from "../kube-proxy/cluster-cidr.ts";
import { fingerprint } from "../kube-proxy/fingerprint.ts";
import { clusterIpSet, ipvsDevice, plainSetName, services } from "../kube-proxy/names.ts";
import { chainOf, rulesIn, setsOf } from "../kube-proxy/rule-words.ts";
import type { VirtualServer } from "../model/ipvs/virtual-server.ts";
import { cidrHas } from "../model/net/cidr.ts";
import { type Family, familyOf, type Ip, parseIp } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { endpointText } from "../simulate/flow.ts";
import { type Borrowing, sideWords } from "./borrow.ts";
import type { SideName } from "./finding.ts";

/*
 * A node in IPVS mode of which neither side's `ipvsadm` was pasted: its nat table still says what becomes of a packet to
 * any cluster IP. So that a flow can be asked, Services that other dumps name are taken to be served; where none names
 * one, an address stands for all of them.
 */

interface Candidate {
  readonly address: Ip;
  readonly port: number;
  readonly proto: "tcp" | "udp" | "sctp";
}

export interface Supposition extends Borrowing {
  /** No dump names a Service: the one asked stands for any. */
  readonly standIn: boolean;
}

const most = 3;

export function suppose(borrowing: Borrowing, name: SideName, side: NodeSnapshot, other?: NodeSnapshot): Supposition {
  const as = (b: Borrowing, standIn = false): Supposition => ({ ...b, standIn });
  const { snapshot } = borrowing;
  const absent = side.ipvs.coverage === "absent" && (other?.ipvs.coverage ?? "absent") === "absent";
  if (!absent || snapshot.ipvs.servers.length > 0 || (side.otherDataplane && !side.otherDataplane.only))
    return as(borrowing);
  const modes = fingerprint(side).modes;
  const at = servicesChainAt(side);
  const nodes = [side, ...(other ? [other] : [])];
  if (!at || !modes.some((m) => m.mode === "ipvs") || modes.some((m) => m.mode !== "ipvs")) return as(borrowing);
  const fits = bound(side);
  const families = ([4, 6] as const).filter((family) => chainOf(side.iptables.get(family), "nat", services));
  const named = candidates(snapshot, other).filter((c) => fits(c.address) && families.includes(familyOf(c.address)));
  const device = side.links.list.some((l) => l.name === ipvsDevice && l.addresses.length > 0);
  const standIn = named.length === 0 && side.links.coverage !== "whole" && !device;
  const chosen = standIn ? serving(side, families).flatMap((family) => standInFor(nodes, family)) : named;
  if (chosen.length === 0) return as(borrowing);
  const servers = chosen.slice(0, most).map((c): VirtualServer => {
    const server = firstFree(nodes, unusedRemote[familyOf(c.address)]);
    return {
      ...c,
      scheduler: "rr",
      flags: [],
      realServers: server ? [{ address: server, port: c.port, forwarding: "masq", weight: 1, at }] : [],
      at,
    };
  });
  const list = servers.map((s) => endpointText(s.address, s.port)).join(", ");
  return as(
    {
      snapshot: {
        ...snapshot,
        ipvs: { ...snapshot.ipvs, servers, coverage: "partial" },
        borrowed: [...snapshot.borrowed, "ipvs"],
      },
      assumptions: [
        ...borrowing.assumptions,
        {
          id: `supposed:${name}:service`,
          about: standIn
            ? words(
                `${list} stands for any cluster IP of the ${name} node that lies outside the cluster CIDR, served by IPVS with a server on another host.`,
                `以 ${list} 代表${sideWords[name]}上位于 cluster CIDR 之外的任意 cluster IP，由 IPVS 提供服务，服务端在另一台主机上。`,
              )
            : words(
                `The ${name} node serves ${list} by IPVS, with a server on another host.`,
                `${sideWords[name]}通过 IPVS 提供 ${list}，服务端在另一台主机上。`,
              ),
          because: because(standIn),
          settledBy: "ipvsadm -S -n",
        },
      ],
    },
    standIn,
  );
}

/**
 * Families that may serve. A proxy of 1.16 and later writes both halves, whatever the cluster has, and of a half without
 * Services no rule asks for a set of theirs. Up to 1.10 that may be so in IPv4 for lack of a cluster CIDR.
 */
function serving(side: NodeSnapshot, families: readonly Family[]): readonly Family[] {
  const shown = families.filter((family) =>
    [...rulesIn(side.iptables.get(family), "nat", services)].some((r) =>
      setsOf(r).some((s) => s.set.startsWith("KUBE-")),
    ),
  );
  return shown.length > 0 ? shown : families.filter((family) => family === 4);
}

const because = (standIn: boolean): Words =>
  standIn
    ? words("No dump names a Service, and every cluster has some.", "没有任何输出给出 Service，而每个集群都有。")
    : words(
        "No ipvsadm output was pasted; the address is named elsewhere in the dumps.",
        "没有粘贴 ipvsadm 的输出；该地址出现在其他输出中。",
      );

function servicesChainAt(side: NodeSnapshot): Span | undefined {
  const chain = chainOf(side.iptables.get(4), "nat", services) ?? chainOf(side.iptables.get(6), "nat", services);
  return chain?.at ?? chain?.rules.at(0)?.at;
}

/** What `ip addr` says of kube-ipvs0 is never contradicted. */
function bound(side: NodeSnapshot): (address: Ip) => boolean {
  const device = side.links.list.find((l) => l.name === ipvsDevice);
  if (side.links.coverage !== "whole" && !device) return () => true;
  const held = new Set<string>(device?.addresses.map((a) => a.address));
  return (address) => held.has(address);
}

/** Services that sets, kubectl and kube-ipvs0 name, the API's port first. */
function candidates(side: NodeSnapshot, other: NodeSnapshot | undefined): Candidate[] {
  const found: Candidate[] = [];
  const nodes = [side, ...(other ? [other] : [])];
  for (const node of nodes)
    for (const set of node.sets.byName.values())
      if (plainSetName(set.name) === clusterIpSet)
        for (const { text } of set.entries) {
          if (found.length === 1000) break;
          const [, ip = "", proto, port] = /^(.+),(tcp|udp|sctp):(\d+)$/.exec(text) ?? [];
          const address = parseIp(ip);
          if (address && isProto(proto)) found.push({ address, proto, port: Number(port) });
        }
  if (found.length === 0)
    for (const service of side.services.list.slice(0, 1000))
      for (const address of service.clusterIps)
        for (const p of service.ports) found.push({ address, proto: p.proto, port: p.port });
  if (found.length === 0)
    for (const node of nodes)
      for (const link of node.links.list)
        if (link.name === ipvsDevice)
          for (const a of link.addresses) found.push({ address: a.address, proto: "tcp", port: 443 });
  const rank = (c: Candidate): number => (c.port === 443 && c.proto === "tcp" ? 0 : 1);
  return [
    ...new Map(found.sort((a, b) => rank(a) - rank(b)).map((c) => [`${c.proto} ${c.address} ${c.port}`, c])).values(),
  ];
}

const isProto = (text: string | undefined): text is Candidate["proto"] =>
  text === "tcp" || text === "udp" || text === "sctp";

/** Addresses kept for documentation and benchmarks: no node and no cluster uses them. */
const unused: Readonly<Record<Family, readonly string[]>> = {
  4: ["198.18.0.1", "192.0.2.1", "198.19.255.1"],
  6: ["2001:db8:fffe::1", "3fff:fffe::1"],
};
const unusedRemote: Readonly<Record<Family, readonly string[]>> = {
  4: ["203.0.113.10", "198.51.100.10"],
  6: ["2001:db8:ffff::10", "3fff:ffff::10"],
};

/** The first that means nothing to any of these nodes. */
export const firstFree = (nodes: readonly NodeSnapshot[], texts: readonly string[]): Ip | undefined =>
  texts.flatMap((text) => parseIp(text) ?? []).find((address) => isFree(nodes, address));

const isFree = (nodes: readonly NodeSnapshot[], address: Ip): boolean =>
  nodes.every((node) => {
    const detector = localDetector(node, familyOf(address), fingerprint(node));
    return (
      !(detector.kind === "cidr" && cidrHas(detector.cidr, address)) &&
      !node.links.list.some((l) => l.addresses.some((a) => a.address === address)) &&
      !node.routes.list.some((r) => r.to.mask !== 0n && cidrHas(r.to, address))
    );
  });

function standInFor(nodes: readonly NodeSnapshot[], family: Family): Candidate[] {
  const address = firstFree(nodes, unused[family]);
  return address === undefined ? [] : [{ address, proto: "tcp", port: 443 }];
}
