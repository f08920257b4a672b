import { serviceHash } from "./chain-names.ts";
import type { Proxier, ServedPort, WrittenTable } from "./cluster.ts";
import { localnetRule } from "./kubelet.ts";
import { append, comment, declare, forwardRules, host, portNameOf, prepend, rejectWith, since } from "./spelling.ts";

/** Table filter in iptables mode: what is refused, what may be forwarded (pkg/proxy/iptables/proxier.go, 1.9 to 1.36). */
export function iptablesFilter(proxy: Proxier, services: readonly ServedPort[]): WrittenTable {
  const { version: v } = proxy;
  const filter: WrittenTable = new Map();
  declare(filter, "INPUT", "FORWARD", "OUTPUT");
  jumps(filter, proxy);
  declare(filter, "KUBE-SERVICES", "KUBE-FORWARD");
  if (since(v, 10)) declare(filter, "KUBE-EXTERNAL-SERVICES");
  if (since(v, 17)) declare(filter, "KUBE-PROXY-CANARY");
  if (since(v, 21)) declare(filter, "KUBE-NODEPORTS");
  if (since(v, 25)) declare(filter, "KUBE-PROXY-FIREWALL");
  for (const s of services) unusable(filter, proxy, s);
  if (since(v, 15) && !(since(v, 29) && proxy.beLiberal))
    append(filter, "KUBE-FORWARD", "-m conntrack --ctstate INVALID -j DROP");
  append(filter, "KUBE-FORWARD", ...forwardRules(proxy));
  if (since(v, 27)) {
    declare(filter, "KUBE-FIREWALL");
    if (proxy.family === 4 && proxy.localhostNodePorts) localnetRule(filter);
  }
  return filter;
}

function jumps(filter: WrittenTable, { version: v }: Proxier): void {
  const fresh = since(v, 10) ? "-m conntrack --ctstate NEW " : "";
  const portals = comment("kubernetes service portals");
  const outside = `-m conntrack --ctstate NEW ${comment("kubernetes externally-visible service portals")} -j KUBE-EXTERNAL-SERVICES`;
  if (since(v, 10)) prepend(filter, "INPUT", outside);
  if (since(v, 20)) prepend(filter, "FORWARD", outside);
  if (since(v, 21)) prepend(filter, "INPUT", `${comment("kubernetes health check service ports")} -j KUBE-NODEPORTS`);
  if (since(v, 14)) prepend(filter, "FORWARD", `${fresh}${portals} -j KUBE-SERVICES`);
  prepend(filter, "OUTPUT", `${fresh}${portals} -j KUBE-SERVICES`);
  if (!since(v, 10) || (since(v, 14) && !since(v, 20))) prepend(filter, "INPUT", `${fresh}${portals} -j KUBE-SERVICES`);
  prepend(
    filter,
    "FORWARD",
    `${comment(since(v, 10) ? "kubernetes forwarding rules" : "kubernetes forward rules")} -j KUBE-FORWARD`,
  );
  if (since(v, 25))
    for (const chain of ["INPUT", "OUTPUT", "FORWARD"])
      prepend(filter, chain, `${fresh}${comment("kubernetes load balancer firewall")} -j KUBE-PROXY-FIREWALL`);
  if (since(v, 27)) for (const chain of ["INPUT", "OUTPUT"]) prepend(filter, chain, "-j KUBE-FIREWALL");
}

/** A Service without endpoints is refused; one without endpoints on this node and Local policy is dropped (1.25). */
function unusable(filter: WrittenTable, proxy: Proxier, s: ServedPort): void {
  const { version: v, family } = proxy;
  const name = portNameOf(s, v);
  const locals = s.endpoints.some((e) => e.onNode);
  const rule = (where: string, says: string, port: number): string =>
    `${where}-p ${s.proto} ${comment(`${name} ${says}`)} ${where === "" ? "-m addrtype --dst-type LOCAL " : ""}-m ${s.proto} --dport ${port}`;
  const outer = since(v, 10) ? "KUBE-EXTERNAL-SERVICES" : "KUBE-SERVICES";
  const external = (says: string, target: string): void => {
    for (const ip of s.externalIps ?? [])
      append(filter, outer, `${rule(`-d ${host(ip)} `, says, s.port)} -j ${target}`);
    if (since(v, 14))
      for (const ip of s.loadBalancerIps ?? [])
        append(filter, since(v, 20) ? outer : "KUBE-SERVICES", `${rule(`-d ${host(ip)} `, says, s.port)} -j ${target}`);
    if (s.nodePort !== undefined) append(filter, outer, `${rule("", says, s.nodePort)} -j ${target}`);
  };
  if (s.endpoints.length === 0) {
    const reject = rejectWith(family);
    append(filter, "KUBE-SERVICES", `${rule(`-d ${host(s.clusterIp)} `, "has no endpoints", s.port)} -j ${reject}`);
    external("has no endpoints", reject);
  } else if (since(v, 25) && !locals) {
    if (s.internalLocal)
      append(filter, "KUBE-SERVICES", `${rule(`-d ${host(s.clusterIp)} `, "has no local endpoints", s.port)} -j DROP`);
    if (s.externalLocal) external("has no local endpoints", "DROP");
  }
  if (s.healthCheckNodePort !== undefined && since(v, 21))
    append(
      filter,
      "KUBE-NODEPORTS",
      `-p tcp ${comment(`${name} health check node port`)} -m tcp --dport ${s.healthCheckNodePort} -j ACCEPT`,
    );
  if (since(v, 25) && (s.sourceRanges?.length ?? 0) > 0 && s.endpoints.length > 0)
    for (const ip of s.loadBalancerIps ?? [])
      append(
        filter,
        "KUBE-PROXY-FIREWALL",
        `-d ${host(ip)} -p ${s.proto} ${comment(`${name} traffic not accepted by KUBE-FW-${serviceHash(name, s.proto)}`)} -m ${s.proto} --dport ${s.port} -j DROP`,
      );
}
