import { type Cidr, cidrHas, printCidr } from "../model/net/cidr.ts";
import type { Ip } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { type KnownService, nodePortsOf } from "./services.ts";

/** What is known of a node's services, laid out for answering. */
export interface Habits {
  readonly snapshot: NodeSnapshot;
  readonly clusterIps: ReadonlySet<string>;
  /** `proto address port` of services that are no node ports. */
  readonly served: ReadonlyMap<string, KnownService>;
  /** `proto address port` of what rules serve by the node's own pods only. */
  readonly localOnly: ReadonlySet<string>;
  readonly addresses: ReadonlyMap<string, KnownService>;
  /** Real servers of an address and port, whatever the protocol and their weight. */
  readonly realServers: (address: Ip, port: number) => ReadonlySet<string>;
  /** Addresses of virtual servers. */
  readonly virtual: ReadonlySet<string>;
  /** Some cluster IP lies in this range. */
  readonly holdsClusterIp: (range: Cidr) => boolean;
  readonly nodePorts: ReadonlyMap<string, boolean>;
  readonly endpoints: (address: Ip) => boolean;
}

const none: ReadonlySet<string> = new Set();

function realServersIn({ ipvs }: NodeSnapshot): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { address, port, realServers } of ipvs.servers) {
    const key = `${address} ${port}`;
    const all = found.get(key) ?? new Set<string>();
    found.set(key, all);
    for (const real of realServers) all.add(real.address);
  }
  return found;
}

export function habitsOf(snapshot: NodeSnapshot, known: readonly KnownService[]): Habits {
  const served = new Map<string, KnownService>();
  const addresses = new Map<string, KnownService>();
  const clusterIps = new Set<string>();
  const localOnly = new Set<string>();
  for (const s of known) {
    if (s.localPolicy) localOnly.add(`${s.proto} ${s.address} ${s.port}`);
    if (s.kind === "node-port") continue;
    served.set(`${s.proto} ${s.address} ${s.port}`, s);
    if (!addresses.has(s.address)) addresses.set(s.address, s);
    if (s.kind === "cluster-ip") clusterIps.add(s.address);
  }
  let endpoints: Set<string> | undefined;
  let reals: Map<string, Set<string>> | undefined;
  const ranges = new Map<string, boolean>();
  return {
    snapshot,
    clusterIps,
    served,
    localOnly,
    addresses,
    realServers: (address, port) => {
      reals ??= realServersIn(snapshot);
      return reals.get(`${address} ${port}`) ?? none;
    },
    virtual: new Set(snapshot.ipvs.servers.map((s) => s.address)),
    holdsClusterIp: (range) => {
      const key = printCidr(range);
      const answer = ranges.get(key) ?? [...clusterIps].some((ip) => cidrHas(range, ip as Ip));
      ranges.set(key, answer);
      return answer;
    },
    nodePorts: nodePortsOf(known, snapshot),
    endpoints: (address) => {
      endpoints ??= new Set(known.flatMap((s) => s.endpoints.map((e): string => e.address)));
      return endpoints.has(address);
    },
  };
}
