import { type LocalDetector, localDetector } from "../kube-proxy/cluster-cidr.ts";
import { guessFor } from "../kube-proxy/expectations.ts";
import { type Fingerprint, fingerprint } from "../kube-proxy/fingerprint.ts";
import { type MasqueradePath, masqueradeMark, masqueradePath } from "../kube-proxy/masquerade-path.ts";
import { type KnownService, serviceKey, servicesOf } from "../kube-proxy/services.ts";
import type { Family } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Assumption } from "../simulate/trace.ts";
import type { World } from "../simulate/world.ts";
import { borrow } from "./borrow.ts";
import type { SideName } from "./finding.ts";

/** One node under examination: what was pasted, what was borrowed, and what kube-proxy's habits say about it. */
export interface Side {
  readonly name: SideName;
  readonly pasted: NodeSnapshot;
  /** As pasted, with what was borrowed from the other side. */
  readonly snapshot: NodeSnapshot;
  readonly borrowings: readonly Assumption[];
  readonly print: Fingerprint;
  readonly detectors: ReadonlyMap<Family, LocalDetector>;
  readonly paths: ReadonlyMap<Family, MasqueradePath>;
  readonly services: readonly KnownService[];
  /** Services by protocol, address and port. */
  readonly served: ReadonlyMap<string, KnownService>;
  readonly world: World;
}

export function sideOf(name: SideName, pasted: NodeSnapshot, other?: NodeSnapshot): Side {
  const { snapshot, assumptions } = borrow(pasted, name, other);
  const print = fingerprint(pasted);
  const families: readonly Family[] = [4, 6];
  const paths = new Map<Family, MasqueradePath>();
  for (const family of families) {
    const path = masqueradePath(snapshot, family);
    if (path) paths.set(family, path);
  }
  const services = servicesOf(snapshot);
  return {
    name,
    pasted,
    snapshot,
    borrowings: assumptions,
    print,
    detectors: new Map(families.map((family) => [family, localDetector(snapshot, family, print)])),
    paths,
    services,
    served: new Map(services.map((s) => [serviceKey(s), s])),
    world: worldOf(snapshot, services),
  };
}

/** A world in which simulations of this node run; also for a snapshot that was changed to try a fix. */
export const worldOf = (snapshot: NodeSnapshot, services: readonly KnownService[]): World => ({
  snapshot,
  beyond: {},
  guess: guessFor(snapshot, services),
  masqueradeMark: masqueradeMark(snapshot),
});

export const familyOfFlow = (address: string): Family => (address.includes(":") ? 6 : 4);
