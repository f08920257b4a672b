import type { ClusterFacts, ClusterRange } from "../../model/kubernetes/cluster.ts";
import { parseCidr } from "../../model/net/cidr.ts";
import type { Flag } from "../kube-proxy-flags/flag-words.ts";

/** Programs of the control plane that are told the cluster's ranges. */
export const controlPlane = /^(?:kube-controller-manager|kube-apiserver|cloud-controller-manager|k3s|rke2)$/;

/**
 * `--cluster-cidr` of kube-controller-manager and k3s is the pods' range, `--service-cluster-ip-range` (k3s:
 * `--service-cidr`) the Services'. kube-proxy's own `--cluster-cidr` is none of these: it may be wrong.
 */
export function rangesIn(flags: readonly Flag[], program: string): Partial<ClusterFacts> {
  const of = (...names: readonly string[]): ClusterRange[] =>
    flags
      .filter((f) => names.includes(f.name))
      .flatMap((f) =>
        f.value.split(",").flatMap((text): ClusterRange[] => {
          const cidr = text.includes("/") ? parseCidr(text.trim()) : undefined;
          return cidr ? [{ cidr, from: `flag --${f.name} of ${program}`, at: f.at }] : [];
        }),
      );
  return { podRanges: of("cluster-cidr"), serviceRanges: of("service-cluster-ip-range", "service-cidr") };
}

export const anyRange = (facts: Partial<ClusterFacts>): number =>
  (facts.podRanges?.length ?? 0) + (facts.serviceRanges?.length ?? 0);
