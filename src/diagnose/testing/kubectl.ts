import type { ServedPort } from "../../kube-proxy/writes/cluster.ts";
import { endpointText } from "../../simulate/flow.ts";

/** `kubectl get services`, then `kubectl get endpoints`, of these Services; of all namespaces, or of one. */
export function kubectl(list: readonly ServedPort[], all = false): string[] {
  const head = all ? "NAMESPACE   " : "";
  const lead = (s: ServedPort): string => (all ? s.namespace.padEnd(12) : "");
  const type = (s: ServedPort): string =>
    s.loadBalancerIps ? "LoadBalancer" : s.nodePort === undefined ? "ClusterIP" : "NodePort";
  const ports = (s: ServedPort): string =>
    `${s.port}${s.nodePort === undefined ? "" : `:${s.nodePort}`}/${s.proto.toUpperCase()}`;
  const outside = (s: ServedPort): string => [...(s.externalIps ?? []), ...(s.loadBalancerIps ?? [])].join(",");
  const endpoints = (s: ServedPort): string => s.endpoints.map((e) => endpointText(e.address, e.port)).join(",");
  return [
    `$ kubectl get services${all ? " --all-namespaces" : ""}`,
    `${head}NAME         TYPE           CLUSTER-IP     EXTERNAL-IP    PORT(S)          AGE`,
    ...list.map(
      (s) =>
        `${lead(s)}${s.name.padEnd(13)}${type(s).padEnd(15)}${s.clusterIp.padEnd(15)}${(outside(s) || "<none>").padEnd(15)}${ports(s).padEnd(17)}1d`,
    ),
    `$ kubectl get endpoints${all ? " --all-namespaces" : ""}`,
    `${head}NAME         ENDPOINTS                           AGE`,
    ...list.map((s) => `${lead(s)}${s.name.padEnd(13)}${(endpoints(s) || "<none>").padEnd(36)}1d`),
  ];
}
