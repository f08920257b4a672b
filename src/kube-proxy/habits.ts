import type { Words } from "../base/words.ts";
import type { Ip } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import type { Address } from "../model/net/symbolic.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { type KnownService, nodePortsOf } from "./services.ts";

/** A question as the simulation asks it (simulate/world.ts), in words of the model alone. */
export type Question =
  | {
      readonly ask: "set-member";
      readonly set: string;
      readonly dims: readonly ("src" | "dst")[];
      readonly packet: Packet;
    }
  | { readonly ask: "address-local"; readonly address: Address }
  | { readonly ask: "service-address"; readonly address: Address };

export interface Guess {
  readonly answer: boolean;
  readonly about: Words;
  readonly because: Words;
  readonly settledBy?: string;
  /** Guesses of one kind are one assumption, said once for all packets that rest on it. */
  readonly kind?: string;
}

/** What is known of a node's services, laid out for answering. */
export interface Habits {
  readonly snapshot: NodeSnapshot;
  readonly clusterIps: ReadonlySet<string>;
  /** `proto address port` of services that are no node ports. */
  readonly served: ReadonlyMap<string, KnownService>;
  readonly addresses: ReadonlyMap<string, KnownService>;
  readonly nodePorts: ReadonlyMap<string, boolean>;
  readonly endpoints: (address: Ip) => boolean;
}

export function habitsOf(snapshot: NodeSnapshot, known: readonly KnownService[]): Habits {
  const served = new Map<string, KnownService>();
  const addresses = new Map<string, KnownService>();
  const clusterIps = new Set<string>();
  for (const s of known) {
    if (s.kind === "node-port") continue;
    served.set(`${s.proto} ${s.address} ${s.port}`, s);
    if (!addresses.has(s.address)) addresses.set(s.address, s);
    if (s.kind === "cluster-ip") clusterIps.add(s.address);
  }
  let endpoints: Set<string> | undefined;
  return {
    snapshot,
    clusterIps,
    served,
    addresses,
    nodePorts: nodePortsOf(known, snapshot),
    endpoints: (address) => {
      endpoints ??= new Set(known.flatMap((s) => s.endpoints.map((e): string => e.address)));
      return endpoints.has(address);
    },
  };
}
