import type { Proxier, ServedPort, WrittenSet, WrittenTable } from "./cluster.ts";
import { type SetName, setComments, setNameOf } from "./ipvs-sets.ts";
import {
  append,
  comment,
  declare,
  host,
  markRule,
  portNameOf,
  postroutingRules,
  prepend,
  since,
  unlessLocal,
} from "./spelling.ts";

/** Writes rules over sets; a rule is left out while its set is empty. */
export class SetRules {
  readonly proxy: Proxier;
  private readonly filled: ReadonlySet<string>;
  constructor(proxy: Proxier, sets: readonly WrittenSet[]) {
    this.proxy = proxy;
    this.filled = new Set(sets.filter((s) => s.entries.length > 0).map((s) => s.name));
  }
  has(name: SetName): boolean {
    return this.filled.has(setNameOf(name, this.proxy));
  }
  match(name: SetName, flags: string): string {
    return `-m set --match-set ${setNameOf(name, this.proxy)} ${flags}`;
  }
  /** With the set's comment, which rules have since 1.11. */
  said(name: SetName, flags: string): string {
    const text = setComments[name];
    const words = text !== undefined && since(this.proxy.version, 11) ? `${comment(text)} ` : "";
    return `${words}${this.match(name, flags)}`;
  }
}

const fromElsewhere = "-m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT";

/** Table nat in IPVS mode (pkg/proxy/ipvs/proxier.go writeIptablesRules, 1.8 to 1.36). */
export function ipvsNat(proxy: Proxier, services: readonly ServedPort[], sets: readonly WrittenSet[]): WrittenTable {
  const { version: v } = proxy;
  const nat: WrittenTable = new Map();
  declare(nat, "PREROUTING", "INPUT", "OUTPUT", "POSTROUTING");
  const rules = new SetRules(proxy, sets);
  if (!since(v, 9)) return firstVersion(nat, proxy, services);
  const hairpin = rules.has("KUBE-LOOP-BACK") ? [`${rules.said("KUBE-LOOP-BACK", "dst,dst,src")} -j MASQUERADE`] : [];
  for (const hook of ["OUTPUT", "PREROUTING"])
    prepend(nat, hook, `${comment("kubernetes service portals")} -j KUBE-SERVICES`);
  // up to 1.10 the kubelet makes this jump
  if (since(v, 11)) prepend(nat, "POSTROUTING", `${comment("kubernetes postrouting rules")} -j KUBE-POSTROUTING`);
  declare(nat, "KUBE-SERVICES");
  append(nat, "KUBE-POSTROUTING", ...postroutingRules(proxy, hairpin));
  append(nat, "KUBE-MARK-MASQ", markRule(proxy.mark));
  if (!since(v, 11)) return secondVersion(nat, rules);
  declare(nat, "KUBE-NODE-PORT", "KUBE-LOAD-BALANCER");
  if (!since(v, 25)) declare(nat, "KUBE-FIREWALL", "KUBE-MARK-DROP");
  if (since(v, 26)) append(nat, "KUBE-SERVICES", `-s ${proxy.family === 4 ? "127.0.0.0/8" : "::1/128"} -j RETURN`);
  loadBalancers(nat, rules);
  if (!since(v, 12)) nodePorts111(nat, rules, "TCP");
  markClusterIps(nat, rules);
  externalIps(nat, rules);
  if (!since(v, 12)) {
    nodePorts111(nat, rules, "UDP");
    append(nat, "KUBE-NODE-PORT", "-j KUBE-MARK-MASQ");
  } else {
    nodePorts(nat, rules);
    append(nat, "KUBE-SERVICES", "-m addrtype --dst-type LOCAL -j KUBE-NODE-PORT");
  }
  append(nat, "KUBE-LOAD-BALANCER", "-j KUBE-MARK-MASQ");
  if (!since(v, 25)) append(nat, "KUBE-FIREWALL", "-j KUBE-MARK-DROP");
  for (const name of ["KUBE-CLUSTER-IP", "KUBE-LOAD-BALANCER"] as const)
    if (rules.has(name)) append(nat, "KUBE-SERVICES", `${rules.match(name, "dst,dst")} -j ACCEPT`);
  return nat;
}

/** 1.8: a rule for each Service, and only where something tells whom to masquerade. */
function firstVersion(nat: WrittenTable, proxy: Proxier, services: readonly ServedPort[]): WrittenTable {
  append(nat, "KUBE-POSTROUTING", ...postroutingRules(proxy, []));
  append(nat, "KUBE-MARK-MASQ", markRule(proxy.mark));
  declare(nat, "KUBE-SERVICES");
  if (proxy.masqueradeAll || proxy.local.kind !== "none")
    for (const s of services)
      append(
        nat,
        "KUBE-SERVICES",
        `${proxy.masqueradeAll ? "" : unlessLocal(proxy.local)}-d ${host(s.clusterIp)} -p ${s.proto} ${comment(`${portNameOf(s, proxy.version)} cluster IP`)} -m ${s.proto} --dport ${s.port} -j KUBE-MARK-MASQ`,
      );
  if ((nat.get("KUBE-SERVICES") ?? []).length > 0)
    for (const hook of ["OUTPUT", "PREROUTING"])
      prepend(nat, hook, `${comment("kubernetes service portals")} -j KUBE-SERVICES`);
  return nat;
}

/** 1.9 and 1.10: one rule for each set, without comments. */
function secondVersion(nat: WrittenTable, rules: SetRules): WrittenTable {
  declare(nat, "KUBE-FIRE-WALL");
  markClusterIps(nat, rules);
  externalIps(nat, rules);
  if (rules.has("KUBE-LOAD-BALANCER-MASQ"))
    append(nat, "KUBE-SERVICES", `${rules.said("KUBE-LOAD-BALANCER-MASQ", "dst,dst")} -j KUBE-MARK-MASQ`);
  for (const proto of ["TCP", "UDP"] as const) {
    const name = `KUBE-NODE-PORT-${proto}` as const;
    const p = proto.toLowerCase();
    if (rules.has(name)) append(nat, "KUBE-SERVICES", `-p ${p} -m ${p} ${rules.said(name, "dst")} -j KUBE-MARK-MASQ`);
  }
  if (rules.has("KUBE-LOAD-BALANCER")) {
    for (const name of ["KUBE-LOAD-BALANCER-SOURCE-CIDR", "KUBE-LOAD-BALANCER-SOURCE-IP"] as const)
      if (rules.has(name)) append(nat, "KUBE-FIRE-WALL", `${rules.said(name, "dst,dst,src")} -j ACCEPT`);
    append(nat, "KUBE-FIRE-WALL", "-j KUBE-MARK-DROP");
  }
  return nat;
}

function markClusterIps(nat: WrittenTable, rules: SetRules): void {
  if (!rules.has("KUBE-CLUSTER-IP")) return;
  const { masqueradeAll, local } = rules.proxy;
  const flags = masqueradeAll || local.kind !== "none" ? "dst,dst" : "src,dst";
  const who = masqueradeAll ? "" : unlessLocal(local);
  append(nat, "KUBE-SERVICES", `${who}${rules.said("KUBE-CLUSTER-IP", flags)} -j KUBE-MARK-MASQ`);
}

function externalIps(nat: WrittenTable, rules: SetRules): void {
  const pass = (name: SetName): string[] => [
    `${rules.said(name, "dst,dst")} ${fromElsewhere}`,
    `${rules.said(name, "dst,dst")} -m addrtype --dst-type LOCAL -j ACCEPT`,
  ];
  if (rules.has("KUBE-EXTERNAL-IP"))
    append(
      nat,
      "KUBE-SERVICES",
      `${rules.said("KUBE-EXTERNAL-IP", "dst,dst")} -j KUBE-MARK-MASQ`,
      ...pass("KUBE-EXTERNAL-IP"),
    );
  if (rules.has("KUBE-EXTERNAL-IP-LOCAL")) append(nat, "KUBE-SERVICES", ...pass("KUBE-EXTERNAL-IP-LOCAL"));
}

function loadBalancers(nat: WrittenTable, rules: SetRules): void {
  const v = rules.proxy.version;
  if (rules.has("KUBE-LOAD-BALANCER"))
    append(nat, "KUBE-SERVICES", `${rules.said("KUBE-LOAD-BALANCER", "dst,dst")} -j KUBE-LOAD-BALANCER`);
  if (rules.has("KUBE-LOAD-BALANCER-FW") && !since(v, 25))
    append(nat, "KUBE-LOAD-BALANCER", `${rules.said("KUBE-LOAD-BALANCER-FW", "dst,dst")} -j KUBE-FIREWALL`);
  if (!since(v, 25))
    for (const name of ["KUBE-LOAD-BALANCER-SOURCE-CIDR", "KUBE-LOAD-BALANCER-SOURCE-IP"] as const)
      if (rules.has(name)) append(nat, "KUBE-FIREWALL", `${rules.said(name, "dst,dst,src")} -j RETURN`);
  if (rules.has("KUBE-LOAD-BALANCER-LOCAL"))
    append(nat, "KUBE-LOAD-BALANCER", `${rules.said("KUBE-LOAD-BALANCER-LOCAL", "dst,dst")} -j RETURN`);
}

/** 1.11: any destination whose port is in the bitmap goes to KUBE-NODE-PORT. */
function nodePorts111(nat: WrittenTable, rules: SetRules, proto: "TCP" | "UDP"): void {
  const all = `KUBE-NODE-PORT-${proto}` as const;
  const local = `KUBE-NODE-PORT-LOCAL-${proto}` as const;
  const p = proto === "UDP" ? "-p udp -m udp " : "";
  if (rules.has(all)) append(nat, "KUBE-SERVICES", `${p}${rules.said(all, "dst")} -j KUBE-NODE-PORT`);
  if (rules.has(local))
    append(nat, "KUBE-NODE-PORT", `${rules.said(local, "dst")} -j ${proto === "UDP" ? "ACCEPT" : "RETURN"}`);
  if (proto === "UDP" && rules.has(all))
    append(nat, "KUBE-NODE-PORT", `${comment("mark MASQ for externaltrafficpolicy=cluster")} -j KUBE-MARK-MASQ`);
}

/** 1.12 and later: first what stays unmasqueraded (Local policy), then the rest; SCTP's order was wrong up to 1.22. */
function nodePorts(nat: WrittenTable, rules: SetRules): void {
  const v = rules.proxy.version;
  for (const proto of ["TCP", "UDP", "SCTP"] as const) {
    const hashed = proto === "SCTP" && since(v, 15) ? "-HASH" : "";
    const all = `KUBE-NODE-PORT-${proto}${hashed}` as SetName;
    const local = `KUBE-NODE-PORT-LOCAL-${proto}${hashed}` as SetName;
    const flags = hashed === "" ? "dst" : "dst,dst";
    const p = `-p ${proto.toLowerCase()} `;
    if (proto === "SCTP" && !since(v, 15)) {
      if (rules.has(all)) append(nat, "KUBE-SERVICES", `${rules.said(all, flags)} -j KUBE-NODE-PORT`);
      continue;
    }
    const passes = rules.has(local) ? [`${p}${rules.said(local, flags)} -j RETURN`] : [];
    const marks = rules.has(all) ? [`${p}${rules.said(all, flags)} -j KUBE-MARK-MASQ`] : [];
    const wrong = proto === "SCTP" && !since(v, 23);
    append(nat, "KUBE-NODE-PORT", ...(wrong ? [...marks, ...passes] : [...passes, ...marks]));
  }
}
