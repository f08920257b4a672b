import { parseIp } from "../../model/net/ip.ts";
import type { Packet } from "../../model/net/packet.ts";
import { fieldKey, type Interface, isSymbolic } from "../../model/net/symbolic.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import { isLoopback } from "../addresses.ts";

/** Who is behind which interface or bridge port in the recorded networks (lab's FORMAT). */
interface Topology {
  /** Everything beyond this interface is one peer that has every address. */
  readonly wide: Readonly<Record<string, string>>;
  /** Address, the peer that has it, and its port (bridge) or veth. */
  readonly pods: readonly {
    readonly address: string;
    readonly peer: string;
    readonly port: string;
    readonly mac: string;
  }[];
}

const eth = { eth0: "client", eth1: "server" };
const pod = (address: string, peer: string, port: string): Topology["pods"][number] => ({
  address,
  peer,
  port,
  mac: peer === "pod" ? "02:00:00:00:01:10" : "02:00:00:00:01:11",
});

export const topologies: Readonly<Record<string, Topology>> = {
  bridge: { wide: eth, pods: [pod("10.244.1.10", "pod", "vetha"), pod("10.244.1.11", "pod2", "vethb")] },
  ptp: {
    wide: { ...eth, cali0a1b2c3d4e5: "pod", cali5e4d3c2b1a0: "pod2" },
    pods: [pod("10.244.1.10", "pod", "cali0a1b2c3d4e5"), pod("10.244.1.11", "pod2", "cali5e4d3c2b1a0")],
  },
  docker: { wide: eth, pods: [pod("172.17.0.2", "pod", "vetha"), pod("172.19.0.2", "pod2", "vethb")] },
};

export const portMap = (name: string): ReadonlyMap<string, string> =>
  new Map((topologies[name]?.pods ?? []).map((p) => [p.address, p.port]));
export const portOfMac = (name: string, mac: string | undefined): string | undefined =>
  topologies[name]?.pods.find((p) => p.mac === mac)?.port;

/** The peer that gets a packet leaving by `dev` towards `hop`; the record's word for it. */
export function peerBehind(name: string, dev: Interface, hop: string): string {
  const topology = topologies[name];
  const iface = fieldKey(dev);
  const wide = topology?.wide[iface];
  if (wide) return wide;
  const ip = parseIp(hop);
  if (ip !== undefined && isLoopback(ip)) return "local";
  return topology?.pods.find((p) => p.address === hop)?.peer ?? `unresolved:${iface}`;
}

/** Port of a bridge by which an address is reached, or undefined where the device is no bridge. */
export function portTo(name: string, snapshot: NodeSnapshot, dev: Interface, hop: string): string | undefined {
  if (isSymbolic(dev) || !snapshot.links.list.some((l) => l.master === dev)) return undefined;
  return topologies[name]?.pods.find((p) => p.address === hop)?.port;
}

export const wireLine = (dev: string, dir: string, packet: Packet): string =>
  `${dev} ${dir} ${fieldKey(packet.src)}:${fieldKey(packet.sport)} > ${fieldKey(packet.dst)}:${fieldKey(packet.dport)} ${packet.proto} ttl ${packet.ttl ?? "?"}`;

/** Bridge port of the sender, where iptables does not see the bridge and the record names no port. */
export function enteredBy(
  name: string,
  snapshot: NodeSnapshot,
  sent: { in?: string | null; smac?: string },
): string | undefined {
  if (!sent.in || !snapshot.links.list.some((l) => l.master === sent.in)) return undefined;
  return portOfMac(name, sent.smac);
}
