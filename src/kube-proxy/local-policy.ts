import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { plainSetName } from "./names.ts";
import { type KnownService, listedAt } from "./services.ts";

/**
 * Whether only endpoints of the node itself serve an address and port, as far as kubectl, chains and sets tell. `unsure`: in IPVS
 * mode nothing but sets shows the external traffic policy, and nothing on the node the internal one (1.21 and later).
 */
export function servesOnlyLocally(snapshot: NodeSnapshot, s: KnownService, ipvs: boolean): "yes" | "no" | "unsure" {
  const listed = listedAt(snapshot, s);
  const policy =
    s.kind === "cluster-ip" ? listed?.service.internalTrafficPolicy : listed?.service.externalTrafficPolicy;
  if (policy) return policy === "Local" ? "yes" : "no";
  if (s.localPolicy) return "yes";
  if (!ipvs) return "no";
  if (s.kind === "cluster-ip") return "unsure";
  return byLocalSet(snapshot, s);
}

/** Sets of what has Local policy (1.11 and later); 1.9 and 1.10 leave it out of the sets that mark. */
function byLocalSet(snapshot: NodeSnapshot, s: KnownService): "yes" | "no" | "unsure" {
  const sets = new Map([...snapshot.sets.byName.values()].map((set) => [plainSetName(set.name), set]));
  const proto = s.proto.toUpperCase();
  const [local, marking] =
    s.kind === "node-port"
      ? [[`KUBE-NODE-PORT-LOCAL-${proto}`, `KUBE-NODE-PORT-LOCAL-${proto}-HASH`], `KUBE-NODE-PORT-${proto}`]
      : [["KUBE-LOAD-BALANCER-LOCAL", "KUBE-EXTERNAL-IP-LOCAL"], onlyIn1_9];
  const elements = [`${s.address},${s.proto}:${s.port}`, ...(s.kind === "node-port" ? [String(s.port)] : [])];
  const holds = (name: string): boolean => [...(sets.get(name)?.entries ?? [])].some((e) => elements.includes(e.text));
  if (local.some((name) => sets.has(name))) return local.some(holds) ? "yes" : "no";
  if (s.kind !== "external" && sets.get(marking)?.whole === true && !holds(marking)) return "yes";
  return sets.has(onlyIn1_9) ? "no" : "unsure";
}

const onlyIn1_9 = "KUBE-LOAD-BALANCER-MASQ";
