import type { Span } from "../base/span.ts";
import { type Words, words } from "../base/words.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { familiesOf, ipvsDevice } from "./names.ts";
import { hasWord, jumpOf, rulesIn, setsOf } from "./rule-words.ts";

export type ProxyMode = "ipvs" | "iptables" | "nftables" | "userspace";

/** What says that kube-proxy runs, or ran, in a mode. */
export interface ModeClue {
  readonly mode: ProxyMode;
  readonly says: Words;
  readonly at?: Span;
}

/**
 * Modes that the dumps show, the live one first. Both iptables and ipvs marks at once are leftovers of a change of
 * mode; IPVS counts as live where it has virtual servers.
 */
export function modesOf(snapshot: NodeSnapshot): ModeClue[] {
  const found: ModeClue[] = [];
  const see = (mode: ProxyMode, says: Words, at?: Span): void => {
    if (!found.some((c) => c.mode === mode)) found.push({ mode, says, ...(at ? { at } : {}) });
  };
  const device = snapshot.links.list.find((link) => link.name === ipvsDevice);
  const [server] = snapshot.ipvs.servers;
  if (server && !snapshot.borrowed.includes("ipvs"))
    see("ipvs", words("IPVS has virtual servers", "IPVS 中有虚拟服务"), server.at);
  if (device && !snapshot.borrowed.includes("service-addresses"))
    see("ipvs", words("the device kube-ipvs0 exists", "存在设备 kube-ipvs0"), device.at);
  for (const ruleset of familiesOf(snapshot)) {
    const nat = ruleset.tables.get("nat");
    if (!nat) continue;
    for (const name of nat.chains.keys()) {
      if (name.startsWith("KUBE-SVC-") || name.startsWith("KUBE-SEP-")) {
        const chain = nat.chains.get(name);
        see(
          "iptables",
          words("nat has KUBE-SVC- chains", "nat 表中有 KUBE-SVC- 链"),
          chain?.at ?? chain?.rules.at(0)?.at,
        );
        break;
      }
    }
    for (const name of ["KUBE-PORTALS-CONTAINER", "KUBE-PORTALS-HOST"]) {
      const chain = nat.chains.get(name);
      if (chain) see("userspace", words(`nat has the chain ${name}`, `nat 表中有 ${name} 链`), chain.at);
    }
    for (const rule of few(rulesIn(ruleset, "nat", "KUBE-SERVICES"), 200))
      if (serviceChain.test(jumpOf(rule) ?? ""))
        see(
          "iptables",
          words("KUBE-SERVICES jumps to KUBE-SVC- chains", "KUBE-SERVICES 跳转到 KUBE-SVC- 链"),
          rule.rule.at,
        );
    const setMode = words("nat rules consult KUBE sets", "nat 规则查询 KUBE 集合");
    for (const chain of ["KUBE-SERVICES", "KUBE-POSTROUTING", "KUBE-NODE-PORT"])
      for (const rule of few(rulesIn(ruleset, "nat", chain), 200))
        if (setsOf(rule).some((s) => s.set.startsWith("KUBE-"))) see("ipvs", setMode, rule.rule.at);
  }
  for (const set of snapshot.sets.byName.values())
    if (set.name.startsWith("KUBE-CLUSTER-IP") || set.name.startsWith("KUBE-LOOP-BACK"))
      see("ipvs", words(`the set ${set.name} exists`, `存在集合 ${set.name}`), set.at);
  if (found.length === 0 && saysClusterIp(snapshot))
    see("ipvs", words("cluster IP rules without KUBE-SVC- chains", "有 cluster IP 规则而没有 KUBE-SVC- 链"));
  const running = snapshot.proxyRun?.mode;
  if (running)
    see(
      running.value,
      words(`kube-proxy says that it runs in ${running.value} mode`, `kube-proxy 自述运行在 ${running.value} 模式`),
      running.at,
    );
  const config = snapshot.kubeProxy?.mode;
  // what was asked for is no clue where it says itself what it runs
  if (!running && config && isMode(config.value))
    see(config.value, words(`kube-proxy's mode is ${config.value}`, `kube-proxy 的模式是 ${config.value}`), config.at);
  if (snapshot.otherDataplane && /nftables/.test(snapshot.otherDataplane.name))
    see(
      "nftables",
      words("a table of kube-proxy's nftables mode exists", "存在 kube-proxy nftables 模式的表"),
      snapshot.otherDataplane.at,
    );
  return found;
}

/** Chains that kube-proxy in iptables mode makes for single Services. */
export const serviceChain = /^KUBE-(?:SVC|SVL|SEP|EXT|XLB|FW)-/;

/**
 * The mode that runs. kube-proxy says so, or KUBE-SERVICES, which it writes anew with each sync, whatever else was left
 * behind by another mode; else IPVS counts where anything of it is seen.
 */
export function liveMode(snapshot: NodeSnapshot, modes: readonly ModeClue[]): ProxyMode | undefined {
  const running = snapshot.proxyRun?.mode?.value;
  if (running) return running;
  let iptables = false;
  let ipvs = false;
  for (const ruleset of familiesOf(snapshot))
    for (const rule of few(rulesIn(ruleset, "nat", "KUBE-SERVICES"), 400)) {
      const jump = jumpOf(rule) ?? "";
      if (serviceChain.test(jump) || jump === "KUBE-NODEPORTS") iptables = true;
      if (/^KUBE-(?:NODE-PORT|LOAD-BALANCER)$/.test(jump) || setsOf(rule).some((s) => s.set.startsWith("KUBE-")))
        ipvs = true;
    }
  if (iptables && !ipvs) return "iptables";
  return modes.find((m) => m.mode === "ipvs")?.mode ?? modes[0]?.mode;
}

const isMode = (text: string): text is ProxyMode => ["ipvs", "iptables", "nftables", "userspace"].includes(text);

/** ipvs 1.8: `… cluster IP" … -j KUBE-MARK-MASQ` and nothing else. */
const saysClusterIp = (snapshot: NodeSnapshot): boolean =>
  familiesOf(snapshot).some((ruleset) =>
    [...few(rulesIn(ruleset, "nat", "KUBE-SERVICES"), 50)].some(
      (r) => r.text.includes(" cluster IP") && hasWord(r, "KUBE-MARK-MASQ"),
    ),
  );

export function* few<T>(items: Iterable<T>, most: number): Generator<T> {
  let n = 0;
  for (const item of items) {
    if (n++ >= most) return;
    yield item;
  }
}
