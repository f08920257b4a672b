import { isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import type { Span } from "../../base/span.ts";
import type { Endpoint, Service, ServicePort } from "../../model/kubernetes/service.ts";
import { type Ip, parseIp } from "../../model/net/ip.ts";

/** What an object holds at a path of keys, as text, list of maps, or addresses; the rest is not looked at. */
const down = (node: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (isMap(at) ? at.get(key, true) : undefined), node);
const textAt = (node: unknown, ...path: string[]): string | undefined => {
  const found = down(node, path);
  return isScalar(found) && found.value !== null && found.value !== "" ? String(found.value) : undefined;
};
const itemsAt = (node: unknown, ...path: string[]): readonly unknown[] => {
  const found = down(node, path);
  return isSeq(found) ? found.items : [];
};
const plainTexts = (items: readonly unknown[]): string[] =>
  items.map((i) => (isScalar(i) ? String(i.value) : "")).filter((t) => t !== "");
const addresses = (texts: readonly (string | undefined)[]): Ip[] => [
  ...new Set(texts.map((t) => parseIp(t ?? "")).filter((ip) => ip !== undefined)),
];

export type SpanOf = (node: Node) => Span;

const protoOf = (text: string | undefined): ServicePort["proto"] =>
  text === "UDP" ? "udp" : text === "SCTP" ? "sctp" : "tcp";

export function serviceFrom(map: YAMLMap, span: SpanOf): Service {
  const ports = itemsAt(map, "spec", "ports").flatMap((item): ServicePort[] => {
    const port = Number(textAt(item, "port"));
    const name = textAt(item, "name");
    const nodePort = Number(textAt(item, "nodePort") ?? 0);
    if (!Number.isInteger(port)) return [];
    return [
      {
        ...(name === undefined ? {} : { name }),
        port,
        ...(nodePort > 0 ? { nodePort } : {}),
        proto: protoOf(textAt(item, "protocol")),
      },
    ];
  });
  const type = textAt(map, "spec", "type");
  const namespace = textAt(map, "metadata", "namespace");
  const policy = textAt(map, "spec", "externalTrafficPolicy");
  return {
    ...(namespace === undefined ? {} : { namespace }),
    name: textAt(map, "metadata", "name") ?? "",
    ...(type === undefined ? {} : { type }),
    clusterIps: addresses([textAt(map, "spec", "clusterIP"), ...plainTexts(itemsAt(map, "spec", "clusterIPs"))]),
    externalIps: addresses(plainTexts(itemsAt(map, "spec", "externalIPs"))),
    loadBalancerIps: addresses(itemsAt(map, "status", "loadBalancer", "ingress").map((i) => textAt(i, "ip"))),
    ports,
    ...(policy === "Local" || policy === "Cluster" ? { externalTrafficPolicy: policy } : {}),
    at: span(map),
  };
}

/** Ready addresses of an Endpoints object or an EndpointSlice, one for each port. */
export function endpointsFrom(map: YAMLMap, span: SpanOf): Endpoint[] {
  const namespace = textAt(map, "metadata", "namespace");
  const slice = isSeq(map.get("endpoints", true));
  const labels = down(map, ["metadata", "labels"]);
  const owner = isMap(labels) ? labels.get("kubernetes.io/service-name") : undefined;
  const name = textAt(map, "metadata", "name") ?? "";
  const service = slice ? (typeof owner === "string" ? owner : name.replace(/-[a-z0-9]{5}$/, "")) : name;
  const base = { ...(namespace === undefined ? {} : { namespace }), service };
  const each = (
    items: readonly unknown[],
    ports: readonly unknown[],
    ips: (item: unknown) => readonly Ip[],
  ): Endpoint[] =>
    items.flatMap((item) =>
      ips(item).flatMap((address) =>
        ports.flatMap((p): Endpoint[] => {
          const port = Number(textAt(p, "port"));
          return Number.isInteger(port) ? [{ ...base, address, port, at: isMap(item) ? span(item) : span(map) }] : [];
        }),
      ),
    );
  if (slice) {
    const ready = itemsAt(map, "endpoints").filter((e) => textAt(e, "conditions", "ready") !== "false");
    return each(ready, itemsAt(map, "ports"), (e) => addresses(plainTexts(itemsAt(e, "addresses"))));
  }
  return itemsAt(map, "subsets").flatMap((subset) =>
    each(itemsAt(subset, "addresses"), itemsAt(subset, "ports"), (a) => addresses([textAt(a, "ip")])),
  );
}
