import type { Family } from "../model/net/ip.ts";
import { setNameFor } from "./names.ts";
import type { KnownService } from "./services.ts";

/** What a set of kube-proxy's IPVS mode holds of one address and port of a Service. */
export interface SetEntry {
  /** Name without the `6-` of IPv6. */
  readonly set: string;
  readonly entry: string;
  /** How rules ask for it. */
  readonly flags: "dst" | "dst,dst";
}

/**
 * Entries that decide whether traffic to a Service is marked, and let through by KUBE-IPVS-FILTER (pkg/proxy/ipvs/ipset.go, 1.9
 * to 1.36). Not every version has all of these sets, and a Local traffic policy keeps a Service out of some.
 */
export function setEntriesOf(s: Pick<KnownService, "address" | "port" | "proto" | "kind">): readonly SetEntry[] {
  const at = (set: string): SetEntry => ({ set, entry: `${s.address},${s.proto}:${s.port}`, flags: "dst,dst" });
  switch (s.kind) {
    case "cluster-ip":
      return [at("KUBE-CLUSTER-IP")];
    case "external":
      return [at("KUBE-EXTERNAL-IP"), at("KUBE-EXTERNAL-IP-LOCAL")];
    case "load-balancer":
      return [at("KUBE-LOAD-BALANCER"), at("KUBE-LOAD-BALANCER-MASQ")];
    case "node-port": {
      const set = `KUBE-NODE-PORT-${s.proto.toUpperCase()}`;
      const port: SetEntry = { set, entry: String(s.port), flags: "dst" };
      return s.proto === "sctp" ? [port, at(`${set}-HASH`)] : [port];
    }
  }
}

/** The set's name on a node of this family, whether or not it has it. */
export const setOn = (names: ReadonlySet<string>, family: Family, { set }: SetEntry): string =>
  setNameFor(set, family, names);
