import type { Endpoint, Ingress, NoEndpoints, Service, ServicePort } from "../../model/kubernetes/service.ts";
import { parseIp } from "../../model/net/ip.ts";
import { addressPort } from "../address-port.ts";
import type { Lines } from "../format.ts";
import { addressesOf, given, rangeOf } from "../kubectl-get/object-fields.ts";
import { listed } from "../kubectl-get/service-rows.ts";
import { type Described, textOf } from "./sections.ts";

const protoOf = (text: string): ServicePort["proto"] => {
  const proto = text.toLowerCase();
  return proto === "udp" || proto === "sctp" ? proto : "tcp";
};
const policyOf = (text: string | undefined): "Cluster" | "Local" | undefined =>
  text === "Local" || text === "Cluster" ? text : undefined;

export interface DescribedService {
  readonly service: Service;
  readonly endpoints: readonly Endpoint[];
  readonly noEndpoints: readonly NoEndpoints[];
  /** kubectl left endpoints out: `+ 1 more...`. */
  readonly more: boolean;
}

/** `kubectl describe service`; Port, TargetPort, NodePort and Endpoints repeat for each port. */
export function serviceOf(object: Described, lines: Lines): DescribedService {
  const value = (key: string): string | undefined => textOf(object, key);
  const name = value("Name") ?? "";
  const namespace = value("Namespace");
  const ports: ServicePort[] = [];
  const endpoints: Endpoint[] = [];
  const noEndpoints: NoEndpoints[] = [];
  let more = false;
  for (const entry of object.entries) {
    const last = ports[ports.length - 1];
    if (entry.key === "Port") {
      const [, own = "", port = "", proto = ""] = /^(\S+)\s+(\d{1,5})\/(TCP|UDP|SCTP)$/.exec(entry.value) ?? [];
      if (port !== "")
        ports.push({
          ...given("name", own.startsWith("<") ? undefined : own),
          port: Number(port),
          proto: protoOf(proto),
        });
    } else if (!last) continue;
    else if (entry.key === "TargetPort") {
      const target = /^([^/]+)\//.exec(entry.value)?.[1] ?? "";
      if (target !== "")
        ports[ports.length - 1] = { ...last, targetPort: /^\d+$/.test(target) ? Number(target) : target };
    } else if (entry.key === "NodePort") {
      const nodePort = /(\d{1,5})\//.exec(entry.value)?.[1];
      if (nodePort !== undefined) ports[ports.length - 1] = { ...last, nodePort: Number(nodePort) };
    } else if (entry.key === "Endpoints") {
      const shown = entry.value.replace(/ ?\+ \d+ more\.\.\.$/, "");
      more ||= shown !== entry.value;
      // older kubectl prints <none>, newer nothing at all; a last line may have been cut
      if (shown === "<none>" || (shown === "" && entry !== object.entries.at(-1)))
        noEndpoints.push({ ...given("namespace", namespace), service: name, at: lines.span(entry.line) });
      for (const item of listed(shown)) {
        const both = addressPort(item);
        const at = lines.span(entry.line);
        if (both)
          endpoints.push({
            ...given("namespace", namespace),
            service: name,
            ...both,
            ...given("portName", last.name),
            proto: last.proto,
            ready: true,
            at,
          });
      }
    }
  }
  const type = value("Type");
  const own = `${value("IPs") ?? ""},${value("IP") ?? ""}`;
  const ingress = listed(value("LoadBalancer Ingress") ?? "").map((item): Ingress => {
    const [, host = "", ipMode] = /^(\S+)(?: \((\w+)\))?$/.exec(item) ?? [];
    const ip = parseIp(host);
    return { ...(ip === undefined ? { hostname: host } : { ip }), ...given("ipMode", ipMode) };
  });
  const ranges = listed(value("LoadBalancer Source Ranges") ?? "").flatMap((t) => rangeOf(t) ?? []);
  const affinity = value("Session Affinity");
  const service: Service = {
    ...given("namespace", namespace),
    name,
    ...given("type", type),
    clusterIps: addressesOf(listed(own)),
    ...(own.includes("None") ? { headless: true } : {}),
    externalIps: addressesOf(listed(value("External IPs") ?? "")),
    loadBalancerIps: addressesOf(ingress.filter((i) => i.ipMode !== "Proxy").map((i) => i.ip)),
    ...(ingress.length > 0 ? { ingress } : {}),
    ...given("externalName", value("External Name")),
    ports,
    ...given("externalTrafficPolicy", policyOf(value("External Traffic Policy"))),
    ...given("internalTrafficPolicy", policyOf(value("Internal Traffic Policy"))),
    ...(affinity === "ClientIP" || affinity === "None" ? { sessionAffinity: affinity } : {}),
    ...(ranges.length > 0 ? { loadBalancerSourceRanges: ranges } : {}),
    ...given("healthCheckNodePort", Number(value("HealthCheck NodePort")) || undefined),
    at: object.at,
  };
  return { service, endpoints, noEndpoints, more };
}
