import { isMap, isSeq, type YAMLMap } from "yaml";
import type { Endpoint, Ingress, NoEndpoints, Service, ServicePort } from "../../model/kubernetes/service.ts";
import { type Ip, parseIp } from "../../model/net/ip.ts";
import {
  addressesOf,
  flagAt,
  given,
  itemsAt,
  labelsAt,
  numberAt,
  rangeOf,
  type SpanOf,
  textAt,
  textsAt,
} from "./object-fields.ts";

/** The API server fills `protocol` in; without one it is TCP, unless the text ends before it. */
const isCutOff = (port: unknown, cut: boolean): boolean => cut && textAt(port, "protocol") === undefined;
const protoOf = (text: string | undefined): ServicePort["proto"] =>
  text === "UDP" ? "udp" : text === "SCTP" ? "sctp" : "tcp";
const policyOf = (text: string | undefined): "Cluster" | "Local" | undefined =>
  text === "Local" || text === "Cluster" ? text : undefined;

/** A Service of `kubectl get -o yaml` (core/v1). What the API server did not set is absent. `cut`: the text may end within it. */
export function serviceFrom(map: YAMLMap, span: SpanOf, cut: boolean): Service {
  const ports = itemsAt(map, "spec", "ports").flatMap((item): ServicePort[] => {
    const port = numberAt(item, "port");
    const nodePort = numberAt(item, "nodePort");
    const target = numberAt(item, "targetPort") ?? textAt(item, "targetPort");
    if (port === undefined || port > 65535 || isCutOff(item, cut)) return [];
    return [
      {
        ...given("name", textAt(item, "name")),
        port,
        ...given("nodePort", nodePort === 0 ? undefined : nodePort),
        proto: protoOf(textAt(item, "protocol")),
        ...given("targetPort", target),
      },
    ];
  });
  const clusterIps = [textAt(map, "spec", "clusterIP"), ...textsAt(map, "spec", "clusterIPs")];
  const ingress = itemsAt(map, "status", "loadBalancer", "ingress").map(
    (i): Ingress => ({
      ...given("ip", parseIp(textAt(i, "ip") ?? "")),
      ...given("hostname", textAt(i, "hostname")),
      ...given("ipMode", textAt(i, "ipMode")),
    }),
  );
  const type = textAt(map, "spec", "type");
  const affinity = textAt(map, "spec", "sessionAffinity");
  const ranges = textsAt(map, "spec", "loadBalancerSourceRanges").map(rangeOf);
  const goodRanges = ranges.filter((r) => r !== undefined);
  const pending =
    !cut && type === "LoadBalancer" && ingress.length === 0 && isMap(map.getIn(["status", "loadBalancer"], true));
  return {
    ...given("namespace", textAt(map, "metadata", "namespace")),
    name: textAt(map, "metadata", "name") ?? "",
    ...given("type", type),
    clusterIps: addressesOf(clusterIps),
    ...(clusterIps.includes("None") ? { headless: true } : {}),
    externalIps: addressesOf(textsAt(map, "spec", "externalIPs")),
    // kube-proxy since 1.29 leaves addresses of mode Proxy to the load balancer
    loadBalancerIps: addressesOf(ingress.filter((i) => i.ipMode !== "Proxy").map((i) => i.ip)),
    ...(ingress.length > 0 ? { ingress } : {}),
    ...(pending ? { pending: true } : {}),
    ...given("externalName", textAt(map, "spec", "externalName")),
    ports,
    ...given("externalTrafficPolicy", policyOf(textAt(map, "spec", "externalTrafficPolicy"))),
    ...given("internalTrafficPolicy", policyOf(textAt(map, "spec", "internalTrafficPolicy"))),
    ...(affinity === "ClientIP" || affinity === "None" ? { sessionAffinity: affinity } : {}),
    ...given("affinitySeconds", numberAt(map, "spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds")),
    ...(goodRanges.length > 0 ? { loadBalancerSourceRanges: goodRanges } : {}),
    ...given("healthCheckNodePort", numberAt(map, "spec", "healthCheckNodePort") || undefined),
    ...given("publishNotReadyAddresses", flagAt(map, "spec", "publishNotReadyAddresses")),
    ...given("selector", labelsAt(map, "spec", "selector")),
    ...given("proxyName", labelsAt(map, "metadata", "labels")?.get("service.kubernetes.io/service-proxy-name")),
    at: span(map),
  };
}

/** The endpoints of an Endpoints object or an EndpointSlice (discovery.k8s.io), one for each address and port. */
export function endpointsFrom(map: YAMLMap, span: SpanOf, cut: boolean): Endpoint[] {
  return isSlice(map) ? fromSlice(map, span, cut) : fromSubsets(map, span, cut);
}

const isSlice = (map: YAMLMap): boolean =>
  isSeq(map.get("endpoints", true)) || textAt(map, "addressType") !== undefined;

/** An Endpoints object or EndpointSlice without any endpoint. */
export const noEndpointsFrom = (map: YAMLMap, span: SpanOf): NoEndpoints => ({
  ...(isSlice(map) ? sliceOwner(map) : endpointsOwner(map)),
  at: span(map),
});

const sliceOwner = (map: YAMLMap): Omit<NoEndpoints, "at"> => ({
  ...given("namespace", textAt(map, "metadata", "namespace")),
  // the label tells the Service; several slices of one are one list
  service:
    labelsAt(map, "metadata", "labels")?.get("kubernetes.io/service-name") ??
    serviceOfSlice(textAt(map, "metadata", "name") ?? ""),
});
const endpointsOwner = (map: YAMLMap): Omit<NoEndpoints, "at"> => ({
  ...given("namespace", textAt(map, "metadata", "namespace")),
  service: textAt(map, "metadata", "name") ?? "",
});

function fromSlice(map: YAMLMap, span: SpanOf, cut: boolean): Endpoint[] {
  const base = sliceOwner(map);
  return itemsAt(map, "endpoints").flatMap((item) => {
    const forZones = itemsAt(item, "hints", "forZones").flatMap((z) => textAt(z, "name") ?? []);
    const about = {
      // a condition that is not given means ready, and serving as ready
      ready: flagAt(item, "conditions", "ready") ?? true,
      serving: flagAt(item, "conditions", "serving") ?? flagAt(item, "conditions", "ready") ?? true,
      terminating: flagAt(item, "conditions", "terminating") ?? false,
      ...given("nodeName", textAt(item, "nodeName") ?? labelsAt(item, "topology")?.get("kubernetes.io/hostname")),
      ...given("zone", textAt(item, "zone")),
      ...(forZones.length > 0 ? { forZones } : {}),
      ...podOf(item),
    };
    return each(
      addressesOf(textsAt(item, "addresses")),
      itemsAt(map, "ports").filter((port) => !isCutOff(port, cut)),
      (port) => ({ ...base, ...port, ...about }),
      () => (isMap(item) ? span(item) : span(map)),
    );
  });
}

function fromSubsets(map: YAMLMap, span: SpanOf, cut: boolean): Endpoint[] {
  const base = endpointsOwner(map);
  return itemsAt(map, "subsets").flatMap((subset) =>
    (["addresses", "notReadyAddresses"] as const).flatMap((key) =>
      itemsAt(subset, key).flatMap((item) => {
        const about = {
          ready: key === "addresses",
          ...given("nodeName", textAt(item, "nodeName")),
          ...podOf(item),
        };
        return each(
          addressesOf([textAt(item, "ip")]),
          itemsAt(subset, "ports").filter((port) => !isCutOff(port, cut)),
          (port) => ({ ...base, ...port, ...about }),
          () => (isMap(item) ? span(item) : span(map)),
        );
      }),
    ),
  );
}

const podOf = (item: unknown): { readonly pod?: string } =>
  textAt(item, "targetRef", "kind") === "Pod" ? given("pod", textAt(item, "targetRef", "name")) : {};

type PortPart = Pick<Endpoint, "address" | "port" | "portName" | "proto">;

function each(
  addresses: readonly Ip[],
  ports: readonly unknown[],
  make: (part: PortPart) => Omit<Endpoint, "at">,
  at: () => Endpoint["at"],
): Endpoint[] {
  const where = at();
  return addresses.flatMap((address) =>
    ports.flatMap((item): Endpoint[] => {
      const port = numberAt(item, "port");
      if (port === undefined || port > 65535) return [];
      const part = {
        address,
        port,
        ...given("portName", textAt(item, "name")),
        proto: protoOf(textAt(item, "protocol")),
      };
      return [{ ...make(part), at: where }];
    }),
  );
}

/** The name that kubectl's table shows of a slice ends in five letters of its own: `web-x7k2p`. */
export const serviceOfSlice = (name: string): string => name.replace(/-[a-z0-9]{5}$/, "");
