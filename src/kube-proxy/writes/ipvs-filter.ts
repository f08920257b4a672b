import type { Proxier, ServedPort, WrittenSet, WrittenTable } from "./cluster.ts";
import { SetRules } from "./ipvs-nat.ts";
import { append, comment, declare, forwardRules, holds, host, prepend, rejectWith, since } from "./spelling.ts";

/** Table filter in IPVS mode: forwarding from 1.11 (empty there), source ranges from 1.25, access to the node from 1.26. */
export function ipvsFilter(proxy: Proxier, services: readonly ServedPort[], sets: readonly WrittenSet[]): WrittenTable {
  const { version: v } = proxy;
  const filter: WrittenTable = new Map();
  declare(filter, "INPUT", "FORWARD", "OUTPUT");
  if (!since(v, 11)) return filter;
  const rules = new SetRules(proxy, sets);
  prepend(filter, "FORWARD", `${comment("kubernetes forwarding rules")} -j KUBE-FORWARD`);
  declare(filter, "KUBE-FORWARD");
  if (since(v, 12)) append(filter, "KUBE-FORWARD", ...forwardRules(proxy));
  if (since(v, 21)) {
    prepend(filter, "INPUT", `${comment("kubernetes health check rules")} -j KUBE-NODE-PORT`);
    append(filter, "KUBE-NODE-PORT", `${rules.said("KUBE-HEALTH-CHECK-NODE-PORT", "dst")} -j ACCEPT`);
  }
  if (since(v, 25)) sourceRanges(filter, rules);
  if (since(v, 26)) accessFilter(filter, rules);
  if (since(v, 29)) outFilter(filter, proxy, services);
  return filter;
}

function sourceRanges(filter: WrittenTable, rules: SetRules): void {
  for (const hook of ["INPUT", "FORWARD"])
    prepend(filter, hook, `${comment("kube-proxy firewall rules")} -j KUBE-PROXY-FIREWALL`);
  declare(filter, "KUBE-PROXY-FIREWALL", "KUBE-SOURCE-RANGES-FIREWALL");
  if (rules.has("KUBE-LOAD-BALANCER-FW"))
    append(
      filter,
      "KUBE-PROXY-FIREWALL",
      `${rules.said("KUBE-LOAD-BALANCER-FW", "dst,dst")} -j KUBE-SOURCE-RANGES-FIREWALL`,
    );
  for (const name of ["KUBE-LOAD-BALANCER-SOURCE-CIDR", "KUBE-LOAD-BALANCER-SOURCE-IP"] as const)
    if (rules.has(name)) append(filter, "KUBE-SOURCE-RANGES-FIREWALL", `${rules.said(name, "dst,dst,src")} -j RETURN`);
  append(filter, "KUBE-SOURCE-RANGES-FIREWALL", "-j DROP");
}

/** Keeps what is no Service away from addresses on kube-ipvs0 (PR 108460). */
function accessFilter(filter: WrittenTable, rules: SetRules): void {
  const { version: v, family } = rules.proxy;
  prepend(filter, "INPUT", `${comment("kubernetes ipvs access filter")} -j KUBE-IPVS-FILTER`);
  append(
    filter,
    "KUBE-IPVS-FILTER",
    ...(["KUBE-LOAD-BALANCER", "KUBE-CLUSTER-IP", "KUBE-EXTERNAL-IP"] as const).map(
      (name) => `${rules.match(name, "dst,dst")} -j RETURN`,
    ),
    ...(since(v, 30) ? [`${rules.match("KUBE-EXTERNAL-IP-LOCAL", "dst,dst")} -j RETURN`] : []),
    ...(since(v, 28) ? [`${rules.match("KUBE-HEALTH-CHECK-NODE-PORT", "dst")} -j RETURN`] : []),
    `-m conntrack --ctstate NEW ${rules.match("KUBE-IPVS-IPS", "dst")} -j ${rejectWith(family)}`,
  );
}

/** Source ranges without the node: its own processes are kept out, too (PR 119791). */
function outFilter(filter: WrittenTable, proxy: Proxier, services: readonly ServedPort[]): void {
  prepend(filter, "OUTPUT", `${comment("kubernetes ipvs access filter")} -j KUBE-IPVS-OUT-FILTER`);
  declare(filter, "KUBE-IPVS-OUT-FILTER");
  const [own] = proxy.nodeAddresses;
  for (const s of services) {
    const ranges = s.sourceRanges ?? [];
    if (ranges.length === 0 || (own !== undefined && ranges.some((r) => holds(r, own)))) continue;
    for (const ip of s.loadBalancerIps ?? [])
      append(
        filter,
        "KUBE-IPVS-OUT-FILTER",
        `-s ${host(ip)} -m ipvs --vaddr ${host(ip)} --vproto ${protoNumber[s.proto]} --vport ${s.port} -j DROP`,
      );
  }
}

const protoNumber = { tcp: 6, udp: 17, sctp: 132 } as const;
