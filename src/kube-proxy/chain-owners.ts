import type { Rule } from "../model/netfilter/rule.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { protoOf, serviceAddress } from "./iptables-services.ts";
import { services as servicesChain } from "./names.ts";
import { commentOf, jumpOf, rulesIn } from "./rule-words.ts";
import type { ServiceProto } from "./services.ts";
import { serviceHash } from "./writes/chain-names.ts";

/** A Service port, with the letters that its chains' names end in. */
export interface ChainOwner {
  readonly letters: string;
  /** As kube-proxy hashes it; a port without name kept its colon up to 1.18. */
  readonly name: string;
  readonly proto: ServiceProto;
}
/** A rule that sends what is for a Service port into one of its chains. */
export interface Front {
  readonly owner: ChainOwner;
  readonly rule: Rule;
  readonly leads: string;
}
export interface Owners {
  readonly fronts: readonly Front[];
  /** The Service port whose chains' names end so, where a rule or kubectl names it. */
  of(letters: string | undefined): ChainOwner | undefined;
}

/** `KUBE-SVC-NPX46M4PTMTKRN6Y` */
const ofService = /^KUBE-(?:SVC|SVL|EXT|XLB|FW|SEP)-([A-Z2-7]{16})$/;
/** What a chain's name says of whom it serves; undefined where it is none of kube-proxy's for single Services. */
export const lettersOf = (chain: string): string | undefined => ofService.exec(chain)?.[1];
export const isEndpointChain = (chain: string): boolean => chain.startsWith("KUBE-SEP-");

export function ownersOf(snapshot: NodeSnapshot, ruleset: Ruleset): Owners {
  const owners = new Map<string, ChainOwner>();
  const named = (name: string, proto: ServiceProto): ChainOwner => {
    const owner = { letters: serviceHash(name, proto), name, proto };
    const known = owners.get(owner.letters);
    if (!known) owners.set(owner.letters, owner);
    return known ?? owner;
  };
  const fronts: Front[] = [];
  for (const chain of [servicesChain, "KUBE-NODEPORTS"])
    for (const r of rulesIn(ruleset, "nat", chain)) {
      const leads = jumpOf(r);
      const proto = protoOf(r);
      const name = chain === servicesChain ? serviceAddress(r)?.name : commentOf(r);
      if (!leads || lettersOf(leads) === undefined || isEndpointChain(leads) || !proto || !name) continue;
      fronts.push({ owner: named(name, proto), rule: r.rule, leads });
    }
  let listed = false;
  return {
    fronts,
    of(letters) {
      if (letters === undefined) return undefined;
      if (!owners.has(letters) && !listed) {
        listed = true;
        for (const [name, proto] of namesListed(snapshot)) named(name, proto);
      }
      return owners.get(letters);
    },
  };
}

/** Both spellings of a port without name; a table of kubectl's prints no names of ports. */
function* namesListed({ services }: NodeSnapshot): Generator<[string, ServiceProto]> {
  for (const { namespace, name, ports } of services.list)
    for (const port of namespace === undefined ? [] : ports) {
      const own = `${namespace}/${name}`;
      if (port.name) yield [`${own}:${port.name}`, port.proto];
      else yield* [own, `${own}:`].map((text): [string, ServiceProto] => [text, port.proto]);
    }
}
