import { isScalar, isSeq, type YAMLMap } from "yaml";
import type { ClusterNode, Pod } from "../../model/kubernetes/cluster.ts";
import { addressesOf, down, flagAt, given, itemsAt, labelsAt, rangeOf, type SpanOf, textAt } from "./object-fields.ts";

/** A Node (core/v1). */
export function nodeFrom(map: YAMLMap, span: SpanOf): ClusterNode {
  const addresses = (type: string) =>
    addressesOf(
      itemsAt(map, "status", "addresses")
        .filter((a) => textAt(a, "type") === type)
        .map((a) => textAt(a, "address")),
    );
  const several = down(map, "spec", "podCIDRs");
  const one = down(map, "spec", "podCIDR");
  const ranges = isSeq(several) && several.items.length > 0 ? several.items : [one];
  const ready = itemsAt(map, "status", "conditions").find((c) => textAt(c, "type") === "Ready");
  const info = (key: string): string | undefined => textAt(map, "status", "nodeInfo", key);
  return {
    name: textAt(map, "metadata", "name") ?? "",
    ...given("ready", ready === undefined ? undefined : textAt(ready, "status") === "True"),
    internalIps: addresses("InternalIP"),
    externalIps: addresses("ExternalIP"),
    podCidrs: ranges.flatMap((item) => {
      const cidr = isScalar(item) ? rangeOf(String(item.value ?? "")) : undefined;
      return cidr && isScalar(item) ? [{ cidr, at: span(item) }] : [];
    }),
    ...given("kubeletVersion", info("kubeletVersion")),
    ...given("kubeProxyVersion", info("kubeProxyVersion")),
    ...given("osImage", info("osImage")),
    ...given("kernelVersion", info("kernelVersion")),
    ...given("containerRuntime", info("containerRuntimeVersion")),
    at: span(map),
  };
}

/** A Pod (core/v1) as the API server has it. A template in a DaemonSet is none. */
export function podFrom(map: YAMLMap, span: SpanOf): Pod {
  const [hostIp] = addressesOf([textAt(map, "status", "hostIP")]);
  return {
    ...given("namespace", textAt(map, "metadata", "namespace")),
    name: textAt(map, "metadata", "name") ?? "",
    podIps: addressesOf([
      textAt(map, "status", "podIP"),
      ...itemsAt(map, "status", "podIPs").map((p) => textAt(p, "ip")),
    ]),
    ...given("hostIp", hostIp),
    ...given("nodeName", textAt(map, "spec", "nodeName")),
    hostNetwork: flagAt(map, "spec", "hostNetwork") ?? false,
    ...given("phase", textAt(map, "status", "phase")),
    ...given("labels", labelsAt(map, "metadata", "labels")),
    at: span(map),
  };
}
