import { type Words, words } from "../base/words.ts";
import { jumpOf, rulesIn } from "../kube-proxy/rule-words.ts";
import { serviceKey } from "../kube-proxy/services.ts";
import { rangesMeet, rangeText } from "../kube-proxy/version.ts";
import { cidrHas, cidrsMeet, printCidr } from "../model/net/cidr.ts";
import { sideWords } from "./borrow.ts";
import { logFlows } from "./evidence/log-flows.ts";
import type { Evidence, Note } from "./finding.ts";
import type { Side } from "./side.ts";

interface Reason {
  readonly says: Words;
  readonly evidence: readonly Evidence[];
}

/** Do both sides come from one cluster, and from one kube-proxy? */
export interface ClusterVerdict {
  /** yes: they serve the same addresses with the same endpoints; no: something speaks against it. */
  readonly same: "yes" | "no" | "unknown";
  readonly reasons: readonly Reason[];
  /** They serve the same addresses all the same, so `no` is no more than a doubt. */
  readonly shared: boolean;
  /** no: no one version of kube-proxy wrote both. */
  readonly sameVersion: "yes" | "no" | "unknown";
  readonly versionReasons: readonly Reason[];
}

export const oneNodeAlone: ClusterVerdict = {
  same: "unknown",
  reasons: [],
  shared: false,
  sameVersion: "unknown",
  versionReasons: [],
};

export function compareClusters(healthy: Side, broken: Side): ClusterVerdict {
  const shared = sharedServices(healthy, broken);
  // A node may run containers outside the cluster: that counts only where no common service with a common endpoint speaks.
  const ranges = shared > 0 ? [] : [...podRanges(healthy, broken), ...podRanges(broken, healthy)];
  const against = [
    ...ranges,
    ...strangeLogs(healthy, broken),
    ...strangeLogs(broken, healthy),
    ...apiServers(healthy, broken),
  ];
  const same = against.length > 0 ? "no" : shared > 0 ? "yes" : "unknown";
  const versionReasons = versions(healthy, broken);
  return {
    same,
    reasons: against,
    shared: shared > 0,
    sameVersion: versionReasons.length > 0 ? "no" : "unknown",
    versionReasons,
  };
}

/** Services that both sides show on their own, with at least one endpoint in common. */
function sharedServices(healthy: Side, broken: Side): number {
  const lends = (side: Side): boolean =>
    side.snapshot.borrowed.length > 0 || side.borrowings.some((b) => b.id === `borrowed:${side.name}:served`);
  if (lends(healthy) || lends(broken)) return 0;
  let shared = 0;
  for (const s of broken.services) {
    const other = healthy.served.get(serviceKey(s));
    if (!other || s.kind !== "cluster-ip") continue;
    const there = new Set<string>(other.endpoints.map((e) => `${e.address} ${e.port}`));
    if (s.endpoints.some((e) => there.has(`${e.address} ${e.port}`))) shared++;
    if (shared >= 1) break;
  }
  return shared;
}

/** Containers of one node come from a range that lies outside the other node's pod range. */
function podRanges(one: Side, two: Side): Reason[] {
  const detector = one.detectors.get(4);
  if (
    detector?.kind !== "cidr" ||
    one.services.some((s) => s.kind === "cluster-ip" && cidrHas(detector.cidr, s.address))
  )
    return [];
  for (const r of rulesIn(two.snapshot.iptables.get(4), "nat", "POSTROUTING")) {
    const source = r.rule.header.source;
    if (jumpOf(r) !== "MASQUERADE" || !source || source.negated || r.rule.header.out?.negated !== true) continue;
    if (cidrsMeet(detector.cidr, source.is) || isDockerDefault(printCidr(source.is))) continue;
    return [
      {
        says: words(
          `containers of the ${two.name} node use ${printCidr(source.is)}, which is outside the ${one.name} node's pod range ${printCidr(detector.cidr)}`,
          `${sideWords[two.name]}的容器使用 ${printCidr(source.is)}，不在${sideWords[one.name]}的 Pod 网段 ${printCidr(detector.cidr)} 内`,
        ),
        evidence: [
          { side: two.name, at: r.rule.at, says: words("container range", "容器网段") },
          { side: one.name, at: detector.at, says: words("pod range", "Pod 网段") },
        ],
      },
    ];
  }
  return [];
}

/** Docker's own bridge range exists on any node that runs Docker, and says nothing about pods. */
const isDockerDefault = (cidr: string): boolean => /^172\.(1[7-9]|2\d|3[01])\.0\.0\/16$/.test(cidr);

/** LOG lines of this side tell of a service that the other side's dumps do not know. */
function strangeLogs(one: Side, two: Side): Reason[] {
  for (const flow of logFlows(one.snapshot.logs)) {
    if (!flow.service) continue;
    const { address, port, proto } = flow.service;
    const known = (side: Side): boolean => side.served.has(serviceKey({ address, port, proto }));
    if (known(one) || known(two) || (one.services.length === 0 && two.services.length === 0)) continue;
    const [first] = flow.lines;
    if (!first) continue;
    const text = `${address}:${port}`;
    return [
      {
        says: words(
          `log lines pasted for the ${one.name} node tell of the service ${text}, which neither side serves`,
          `${sideWords[one.name]}一侧的日志涉及 Service ${text}，两侧都没有它`,
        ),
        evidence: [{ side: one.name, at: first.at, says: words("another service", "另一个 Service") }],
      },
    ];
  }
  return [];
}

/** Each cluster has one API service: both sides name it, and at different addresses. */
function apiServers(healthy: Side, broken: Side): Reason[] {
  const api = (side: Side) =>
    side.services.find(
      (s) => s.name?.startsWith("default/kubernetes") && s.kind === "cluster-ip" && !s.address.includes(":"),
    );
  const a = api(healthy);
  const b = api(broken);
  if (!a || !b || a.address === b.address) return [];
  return [
    {
      says: words(
        `default/kubernetes is ${a.address} on the healthy side and ${b.address} on the broken one`,
        `default/kubernetes 在正常一侧是 ${a.address}，在异常一侧是 ${b.address}`,
      ),
      evidence: [
        { side: "healthy", at: a.at, says: words("API service", "API Service") },
        { side: "broken", at: b.at, says: words("API service", "API Service") },
      ],
    },
  ];
}

function versions(healthy: Side, broken: Side): Reason[] {
  const reasons: Reason[] = [];
  const a = healthy.print;
  const b = broken.print;
  if (a.mode && b.mode && a.mode !== b.mode)
    reasons.push({
      says: words(
        `the healthy side runs in ${a.mode} mode, the broken one in ${b.mode} mode`,
        `正常一侧为 ${a.mode} 模式，异常一侧为 ${b.mode} 模式`,
      ),
      evidence: [],
    });
  if (a.mode === b.mode && !rangesMeet(a.range, b.range)) {
    const [ta, tb] = [rangeText(a.range), rangeText(b.range)];
    reasons.push({
      says: words(
        `the healthy side's rules are those of kube-proxy ${ta.en}, the broken side's those of ${tb.en}`,
        `正常一侧的规则属于 kube-proxy ${ta["zh-CN"]}，异常一侧的属于 ${tb["zh-CN"]}`,
      ),
      evidence: [...clueLines(healthy), ...clueLines(broken)],
    });
  }
  return reasons;
}

export const clueLines = (side: Side): Evidence[] =>
  side.print.clues
    .filter((c) => c.at && (c.range.atLeast || c.range.below))
    .slice(0, 4)
    .flatMap((c) => (c.at ? [{ side: side.name, at: c.at, says: c.says }] : []));

/** The verdict as remarks for the reader. */
export function clusterNotes(verdict: ClusterVerdict): Note[] {
  const joined = (reasons: readonly Reason[]): Words =>
    words(reasons.map((r) => r.says.en).join("; "), reasons.map((r) => r.says["zh-CN"]).join("；"));
  const notes: Note[] = [];
  if (verdict.same === "no") {
    const why = joined(verdict.reasons);
    notes.push({
      id: "different-clusters",
      says: words(
        `The two sides ${verdict.shared ? "may come" : "come"} from different clusters: ${why.en}${verdict.shared ? ", though they serve the same addresses" : ""}. No value is carried over from one to the other.`,
        `两侧${verdict.shared ? "可能" : ""}来自不同的集群：${why["zh-CN"]}${verdict.shared ? "，尽管它们提供相同的服务地址" : ""}。不会把一侧的取值用到另一侧。`,
      ),
      evidence: verdict.reasons.flatMap((r) => r.evidence),
    });
  }
  if (verdict.sameVersion === "no") {
    const why = joined(verdict.versionReasons);
    notes.push({
      id: "different-kube-proxy",
      says: words(
        `The two sides were not written by one kube-proxy: ${why.en}. Differences of form are set apart.`,
        `两侧的规则不是同一个 kube-proxy 写的：${why["zh-CN"]}。形式上的差异另行归类。`,
      ),
      evidence: verdict.versionReasons.flatMap((r) => r.evidence),
    });
  }
  return notes;
}
