import { balance, endpointRules, hasComments } from "./balancing.ts";
import { serviceHash } from "./chain-names.ts";
import type { Proxier, ServedEndpoint, ServedPort, WrittenTable } from "./cluster.ts";
import {
  append,
  at,
  comment,
  declare,
  holds,
  host,
  ifLocal,
  markRule,
  portNameOf,
  postroutingRules,
  prepend,
  since,
  unlessLocal,
} from "./spelling.ts";

/** Table nat in iptables mode (pkg/proxy/iptables/proxier.go syncProxyRules, 1.9 to 1.36). */
export function iptablesNat(proxy: Proxier, services: readonly ServedPort[]): WrittenTable {
  const { version: v } = proxy;
  const nat: WrittenTable = new Map();
  declare(nat, "PREROUTING", "INPUT", "OUTPUT", "POSTROUTING");
  prepend(nat, "OUTPUT", `${comment("kubernetes service portals")} -j KUBE-SERVICES`);
  prepend(nat, "PREROUTING", `${comment("kubernetes service portals")} -j KUBE-SERVICES`);
  prepend(nat, "POSTROUTING", `${comment("kubernetes postrouting rules")} -j KUBE-POSTROUTING`);
  declare(nat, "KUBE-SERVICES", "KUBE-NODEPORTS");
  append(nat, "KUBE-POSTROUTING", ...postroutingRules(proxy, []));
  append(nat, "KUBE-MARK-MASQ", markRule(proxy.mark));
  if (since(v, 17)) declare(nat, "KUBE-PROXY-CANARY");
  const endpointsInAll = services.reduce((sum, s) => sum + s.endpoints.length, 0);
  const commented = hasComments(proxy, endpointsInAll);
  for (const s of services) {
    if (s.endpoints.length === 0 && since(v, 10)) continue;
    if (since(v, 24)) newService(nat, proxy, s, commented);
    else oldService(nat, proxy, s, commented);
    endpointRules(nat, proxy, s, usesCluster(proxy, s) ? s.endpoints : onNode(s), commented);
  }
  nodePortEntry(nat, proxy);
  return nat;
}

/** The last rule of KUBE-SERVICES: what is for the node itself may be for a node port. */
function nodePortEntry(nat: WrittenTable, proxy: Proxier): void {
  const said = comment("kubernetes service nodeports; NOTE: this must be the last rule in this chain");
  if (proxy.nodePortsByAddress) {
    for (const ip of proxy.nodeAddresses) append(nat, "KUBE-SERVICES", `-d ${host(ip)} ${said} -j KUBE-NODEPORTS`);
    return;
  }
  const loopback =
    proxy.family === 6
      ? "! -d ::1/128 "
      : !proxy.localhostNodePorts && since(proxy.version, 26)
        ? "! -d 127.0.0.0/8 "
        : "";
  append(nat, "KUBE-SERVICES", `${loopback}${said} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`);
}

const onNode = (s: ServedPort): readonly ServedEndpoint[] => s.endpoints.filter((e) => e.onNode);

const isExternal = (s: ServedPort): boolean =>
  s.nodePort !== undefined || (s.externalIps?.length ?? 0) > 0 || (s.loadBalancerIps?.length ?? 0) > 0;
/** Endpoints of other nodes are reached, too: the node's own processes go there even where the external policy is Local. */
const usesCluster = ({ version: v }: Proxier, s: ServedPort): boolean =>
  !since(v, 24) || !s.internalLocal || isExternal(s);

/** What a rule of KUBE-SERVICES or KUBE-NODEPORTS looks at. */
const toPort = (s: ServedPort, port: number, says: string): string =>
  `-p ${s.proto} ${comment(says)} -m ${s.proto} --dport ${port}`;
const toAddress = (s: ServedPort, ip: string, says: string): string => `-d ${host(ip)} ${toPort(s, s.port, says)}`;

/** Up to 1.23: KUBE-SVC, KUBE-XLB for Local policy, KUBE-FW for load balancers. */
function oldService(nat: WrittenTable, proxy: Proxier, s: ServedPort, commented: boolean): void {
  const { version: v, local } = proxy;
  const name = portNameOf(s, v);
  const hash = serviceHash(name, s.proto);
  const svc = `KUBE-SVC-${hash}`;
  const xlb = `KUBE-XLB-${hash}`;
  const external = s.externalLocal ? xlb : svc;
  /** From 1.22 the marking rules stand in the service's own chain (PR 96959). */
  const inside = since(v, 22);
  declare(nat, svc);
  const clusterIp = toAddress(s, s.clusterIp, `${name} cluster IP`);
  const marking = proxy.masqueradeAll ? "" : local.kind === "none" ? undefined : unlessLocal(local);
  if (marking !== undefined) append(nat, inside ? svc : "KUBE-SERVICES", `${marking}${clusterIp} -j KUBE-MARK-MASQ`);
  append(nat, "KUBE-SERVICES", `${clusterIp} -j ${svc}`);
  for (const ip of s.externalIps ?? []) {
    const rule = toAddress(s, ip, `${name} external IP`);
    // externalTrafficPolicy counts for external IPs from 1.20
    const to = s.externalLocal && since(v, 20) ? xlb : svc;
    if (to === svc)
      append(nat, inside ? svc : "KUBE-SERVICES", `${since(v, 21) ? unlessLocal(local) : ""}${rule} -j KUBE-MARK-MASQ`);
    if (since(v, 21)) append(nat, "KUBE-SERVICES", `${rule} -j ${to}`);
    else
      append(
        nat,
        "KUBE-SERVICES",
        `${rule} -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ${to}`,
        `${rule} -m addrtype --dst-type LOCAL -j ${to}`,
      );
  }
  for (const ip of s.loadBalancerIps ?? []) {
    const fw = `KUBE-FW-${hash}`;
    const said = comment(`${name} loadbalancer IP`);
    append(nat, "KUBE-SERVICES", `${toAddress(s, ip, `${name} loadbalancer IP`)} -j ${fw}`);
    if (nat.has(fw)) continue;
    if (!s.externalLocal) append(nat, fw, `${said} -j KUBE-MARK-MASQ`);
    if (!s.sourceRanges?.length) append(nat, fw, `${said} -j ${external}`);
    else append(nat, fw, ...sourceRangeRules(proxy, s, ip, said, external));
    append(nat, fw, `${said} -j KUBE-MARK-DROP`);
  }
  if (s.nodePort !== undefined) {
    const rule = toPort(s, s.nodePort, name);
    if (!s.externalLocal) append(nat, inside ? svc : "KUBE-NODEPORTS", `${rule} -j KUBE-MARK-MASQ`);
    else if (since(v, 10)) append(nat, "KUBE-NODEPORTS", `-s ${loopbackOf(proxy)} ${rule} -j KUBE-MARK-MASQ`);
    append(nat, "KUBE-NODEPORTS", `${rule} -j ${external}`);
  }
  balance(nat, proxy, svc, s, s.endpoints, () => (commented ? name : undefined));
  if (s.externalLocal) localPolicyChain(nat, proxy, s, xlb, svc, name);
}

const loopbackOf = ({ family }: Proxier): string => (family === 4 ? "127.0.0.0/8" : "::1/128");

/** KUBE-XLB-…: only endpoints of this node, for everybody but the node's own pods and processes. */
function localPolicyChain(
  nat: WrittenTable,
  proxy: Proxier,
  s: ServedPort,
  xlb: string,
  svc: string,
  name: string,
): void {
  const { version: v, local } = proxy;
  declare(nat, xlb);
  const redirect =
    local.kind === "none"
      ? []
      : [
          `${ifLocal(local)}${comment("Redirect pods trying to reach external loadbalancer VIP to clusterIP")} -j ${svc}`,
        ];
  const isLocal = "-m addrtype --src-type LOCAL";
  const masquerade = `${comment(`masquerade LOCAL traffic for ${name} LB IP`)} ${isLocal} -j KUBE-MARK-MASQ`;
  const route = `${comment(`route LOCAL traffic for ${name} LB IP to service chain`)} ${isLocal} -j ${svc}`;
  if (since(v, 16)) append(nat, xlb, ...redirect, masquerade, route);
  else if (since(v, 15)) append(nat, xlb, masquerade, route, ...redirect);
  else append(nat, xlb, ...redirect);
  const endpoints = onNode(s);
  if (endpoints.length === 0) append(nat, xlb, `${comment(`${name} has no local endpoints`)} -j KUBE-MARK-DROP`);
  else
    balance(nat, proxy, xlb, s, endpoints, (_e, i) => (since(v, 23) ? undefined : `Balancing rule ${i} for ${name}`));
}

function sourceRangeRules(proxy: Proxier, s: ServedPort, ip: string, said: string, to: string): string[] {
  const rules = (s.sourceRanges ?? []).map((range) => `-s ${range} ${said} -j ${to}`);
  // a load balancer's address is local on the node that asks for it, so its own source must pass, too
  const [own] = proxy.nodeAddresses;
  const allowsNode = own !== undefined && (s.sourceRanges ?? []).some((range) => holds(range, own));
  return allowsNode ? [...rules, `-s ${host(ip)} ${said} -j ${to}`] : rules;
}

/** 1.24 and later: KUBE-EXT in front of KUBE-SVC (all endpoints) or KUBE-SVL (those of this node). PRs 109060, 106497. */
function newService(nat: WrittenTable, proxy: Proxier, s: ServedPort, commented: boolean): void {
  const { version: v, local } = proxy;
  const name = portNameOf(s, v);
  const hash = serviceHash(name, s.proto);
  const svc = `KUBE-SVC-${hash}`;
  const svl = `KUBE-SVL-${hash}`;
  const ext = `KUBE-EXT-${hash}`;
  const locals = onNode(s);
  const internal = s.internalLocal ? svl : svc;
  const behindExternal = s.externalLocal ? svl : svc;
  const hasInternal = !s.internalLocal || locals.length > 0 || !since(v, 25);
  const hasExternal = !s.externalLocal || locals.length > 0 || !since(v, 25);
  const usesLocal = s.internalLocal || (isExternal(s) && s.externalLocal);

  if (hasInternal) append(nat, "KUBE-SERVICES", `${toAddress(s, s.clusterIp, `${name} cluster IP`)} -j ${internal}`);
  for (const ip of s.externalIps ?? [])
    append(nat, "KUBE-SERVICES", `${toAddress(s, ip, `${name} external IP`)} -j ${ext}`);
  for (const ip of s.loadBalancerIps ?? []) {
    const fw = `KUBE-FW-${hash}`;
    const said = comment(`${name} loadbalancer IP`);
    const ranged = (s.sourceRanges?.length ?? 0) > 0;
    append(nat, "KUBE-SERVICES", `${toAddress(s, ip, `${name} loadbalancer IP`)} -j ${ranged ? fw : ext}`);
    if (!ranged || nat.has(fw)) continue;
    append(nat, fw, ...sourceRangeRules(proxy, s, ip, said, ext));
    if (since(v, 27)) append(nat, fw, comment(`other traffic to ${name} will be dropped by KUBE-PROXY-FIREWALL`));
    else if (!since(v, 25)) append(nat, fw, `${said} -j KUBE-MARK-DROP`);
  }
  if (s.nodePort !== undefined) append(nat, "KUBE-NODEPORTS", `${toPort(s, s.nodePort, name)} -j ${ext}`);

  const marking = proxy.masqueradeAll ? "" : local.kind === "none" ? undefined : unlessLocal(local);
  const markClusterIp = (chain: string): void => {
    if (marking !== undefined)
      append(nat, chain, `${marking}${toAddress(s, s.clusterIp, `${name} cluster IP`)} -j KUBE-MARK-MASQ`);
  };
  const says = (e: ServedEndpoint): string | undefined =>
    commented ? `${name} -> ${at(e.address, e.port)}` : undefined;
  if (usesCluster(proxy, s)) {
    declare(nat, svc);
    if (internal === svc) markClusterIp(svc);
    balance(nat, proxy, svc, s, s.endpoints, says);
  }
  if (usesLocal && (locals.length > 0 || !since(v, 25))) {
    declare(nat, svl);
    if (internal === svl) markClusterIp(svl);
    if (locals.length === 0) append(nat, svl, `${comment(`${name} has no local endpoints`)} -j KUBE-MARK-DROP`);
    else balance(nat, proxy, svl, s, locals, says);
  }
  if (!isExternal(s)) return;
  declare(nat, ext);
  if (!s.externalLocal)
    append(nat, ext, `${comment(`masquerade traffic for ${name} external destinations`)} -j KUBE-MARK-MASQ`);
  else {
    const isLocal = "-m addrtype --src-type LOCAL";
    if (local.kind !== "none")
      append(nat, ext, `${ifLocal(local)}${comment(`pod traffic for ${name} external destinations`)} -j ${svc}`);
    append(
      nat,
      ext,
      `${comment(`masquerade LOCAL traffic for ${name} external destinations`)} ${isLocal} -j KUBE-MARK-MASQ`,
      `${comment(`route LOCAL traffic for ${name} external destinations`)} ${isLocal} -j ${svc}`,
    );
  }
  if (hasExternal) append(nat, ext, `-j ${behindExternal}`);
}
