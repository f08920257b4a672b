import { words } from "../base/words.ts";
import { type LocalDetector, localDetector } from "../kube-proxy/cluster-cidr.ts";
import { guessFor } from "../kube-proxy/expectations.ts";
import { type Fingerprint, fingerprint } from "../kube-proxy/fingerprint.ts";
import { type MasqueradePath, masqueradeMark, masqueradePath } from "../kube-proxy/masquerade-path.ts";
import { asNamed } from "../kube-proxy/named-endpoints.ts";
import type { OddChain } from "../kube-proxy/odd-chain.ts";
import { oddChains } from "../kube-proxy/odd-chains.ts";
import { type KnownService, serviceKey, servicesOf } from "../kube-proxy/services.ts";
import type { Family } from "../model/net/ip.ts";
import { isSymbolic } from "../model/net/symbolic.ts";
import { isBuiltIn } from "../model/netfilter/hook.ts";
import { ruleList, rulesOf } from "../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Flow } from "../simulate/flow.ts";
import type { Assumption } from "../simulate/trace.ts";
import type { World } from "../simulate/world.ts";
import { borrow } from "./borrow.ts";
import type { SideName } from "./finding.ts";
import { otherServes, servicesOfOther } from "./flushed.ts";
import { withNodeStandIn } from "./node-stand-in.ts";
import { suppose } from "./supposed.ts";

/** One node under examination: what was pasted, what was borrowed, and what kube-proxy's habits say about it. */
export interface Side {
  readonly name: SideName;
  readonly pasted: NodeSnapshot;
  /** As pasted, with what was borrowed from the other side. */
  readonly snapshot: NodeSnapshot;
  readonly borrowings: readonly Assumption[];
  /** No dump names a Service; one that stands for any is asked. */
  readonly standIn: boolean;
  readonly print: Fingerprint;
  readonly detectors: ReadonlyMap<Family, LocalDetector>;
  readonly paths: ReadonlyMap<Family, MasqueradePath>;
  readonly services: readonly KnownService[];
  /** Services by protocol, address and port. */
  readonly served: ReadonlyMap<string, KnownService>;
  /** Chains of kube-proxy's that do not fit their names, as pasted. */
  readonly odd: readonly OddChain[];
  readonly world: World;
}

export function sideOf(name: SideName, pasted: NodeSnapshot, other?: NodeSnapshot): Side {
  const ready = withHotChains(pasted);
  const { snapshot: known, assumptions, standIn } = suppose(borrow(ready, name, other), name, ready, other);
  const placed = withNodeStandIn(known, other);
  const snapshot = other ? { ...placed, otherRoutes: other.routes.list } : placed;
  const print = fingerprint(ready);
  const odd = oddChains(ready);
  const own = servicesOf(snapshot);
  const borrowed = own.length === 0 && other ? servicesOfOther(snapshot, other) : [];
  const services = asNamed([...own, ...borrowed], odd, snapshot);
  return {
    name,
    pasted: ready,
    snapshot,
    borrowings: borrowed.length > 0 ? [...assumptions, otherServes(name)] : assumptions,
    standIn,
    print,
    detectors: new Map(families.map((family) => [family, localDetector(snapshot, family, print)])),
    odd,
    services,
    served: new Map(services.map((s) => [serviceKey(s), s])),
    ...pathsAndWorld(snapshot, services),
  };
}

const families: readonly Family[] = [4, 6];

function pathsAndWorld(snapshot: NodeSnapshot, services: readonly KnownService[]): Pick<Side, "paths" | "world"> {
  const paths = new Map<Family, MasqueradePath>();
  for (const family of families) {
    const path = masqueradePath(snapshot, family);
    if (path) paths.set(family, path);
  }
  return { paths, world: worldOf(snapshot, services) };
}

/** The same side with its node changed, to ask what would be found then. */
export function changedSide(side: Side, snapshot: NodeSnapshot): Side {
  return { ...side, ...pathsAndWorld(snapshot, side.services), snapshot };
}

/** Longest chain that is kept decoded. */
const mostRules = 30_000;

/**
 * Rules are decoded from the dump when they are asked for. Every flow walks the built-in chains and what they jump to
 * first, so those are decoded once.
 */
function withHotChains(snapshot: NodeSnapshot): NodeSnapshot {
  const iptables = new Map(snapshot.iptables);
  for (const [family, ruleset] of iptables) {
    const tables = new Map(ruleset.tables);
    for (const [name, table] of tables) {
      const chains = new Map(table.chains);
      for (const [chainName, chain] of chains)
        if ((isBuiltIn(name, chainName) || hot.has(chainName)) && chain.rules.length <= mostRules)
          chains.set(chainName, { ...chain, rules: ruleList([...rulesOf(chain.rules)], chain.rules.lines) });
      tables.set(name, { ...table, chains });
    }
    iptables.set(family, { ...ruleset, tables });
  }
  return { ...snapshot, iptables };
}

const hot: ReadonlySet<string> = new Set([
  "KUBE-SERVICES",
  "KUBE-NODEPORTS",
  "KUBE-NODE-PORT",
  "KUBE-POSTROUTING",
  "KUBE-MARK-MASQ",
  "KUBE-EXTERNAL-SERVICES",
  "KUBE-PROXY-FIREWALL",
  "KUBE-FORWARD",
  "KUBE-FIREWALL",
]);

/** A world in which simulations of this node run; also for a snapshot that was changed to try a fix. */
export const worldOf = (snapshot: NodeSnapshot, services: readonly KnownService[]): World => ({
  snapshot,
  beyond: {},
  guess: guessFor(snapshot, services),
  masqueradeMark: masqueradeMark(snapshot),
});

/** A process can bind only to an address of its own node, whether a dump shows that address or not. */
export function askedIn(world: World, flow: Flow): World {
  const { source } = flow;
  if (flow.from !== "host" || source === undefined || isSymbolic(source)) return world;
  return {
    ...world,
    guess: (question) =>
      question.ask === "address-local" && question.address === source
        ? {
            answer: true,
            about: words(`${source} is an address of this node.`, `${source} 是本节点的地址。`),
            because: words("The client is bound to it.", "客户端绑定了它。"),
            settledBy: "ip addr",
          }
        : world.guess(question),
  };
}
