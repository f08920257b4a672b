/*
 * What it finds: a flow that kube-proxy should mark for masquerading is not marked: either no rule leads it into
 *   KUBE-MARK-MASQ although the version at hand always writes one, or it is led there and the chain sets nothing.
 * Why traffic breaks: unmarked, the packet is not masqueraded and leaves with its own source; where that is a cluster IP
 *   or an outside client, the answer does not come back through this node.
 * How sure: kube-proxy since 1.11.1 marks at least what comes from a cluster IP, whatever its flags; an older one with a
 *   cluster CIDR marks too. A missing rule there was deleted, or a sync did not finish. More specific causes go first:
 *   no cluster CIDR (cluster-cidr-missing), a jump from the hook that is gone, a set without the entry.
 * Fix: restart kube-proxy, which writes the rule anew.
 * References: kubernetes PRs 63319, 65388; pkg/proxy/ipvs/proxier.go, writeIptablesRules.
 */
import { words } from "../../base/words.ts";
import { writesFallback } from "../../kube-proxy/fingerprint.ts";
import { clusterIpSet, markMasq, services, setNameFor } from "../../kube-proxy/names.ts";
import { fallbackSince, rangeText } from "../../kube-proxy/version.ts";
import { printCidr } from "../../model/net/cidr.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import { hex, restartKubeProxy, toolFor } from "../fix/commands.ts";
import { addToSet, insertRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import { coversServices } from "../flows.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { isConfigured } from "./cluster-cidr-missing.ts";
import { withClusterCidr } from "./cluster-cidr-remedies.ts";
import type { Case, DefectRule, Remedy, Sighting } from "./rule.ts";
import {
  absenceCounts,
  entered,
  flowText,
  isTracked,
  keepsServiceAddress,
  ledToMark,
  pathEvidence,
} from "./unmarked.ts";

export const markRuleMissing: DefectRule = {
  id: "mark-rule-missing",

  find(subject: Case): Sighting[] {
    return [...setsNothing(subject), ...notLedThere(subject)];
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    const node = sideWords[sighting.side.name];
    const empty = !sighting.side.paths.get(sighting.family)?.marking;
    const version = rangeText(sighting.side.print.range);
    const expected = isConfigured(sighting.side)
      ? words("Its configuration asks kube-proxy for one", "其配置要求 kube-proxy 写入这样的规则")
      : words(
          `kube-proxy${version.en === "" ? "" : ` ${version.en}`} writes one whatever its flags are`,
          `kube-proxy${version["zh-CN"] === "" ? "" : ` ${version["zh-CN"]}`} 无论参数如何都会写入这样的规则`,
        );
    return {
      title: empty
        ? words(`${markMasq} does not set the masquerade mark`, `${markMasq} 没有设置 masquerade 标记`)
        : words(
            `No rule leads traffic to cluster IPs into ${markMasq}`,
            `没有规则把访问 cluster IP 的报文送入 ${markMasq}`,
          ),
      what: empty
        ? words(
            `On the ${sighting.side.name} node the packet to ${to} is sent into ${markMasq}, and the chain has no rule that sets the mark.`,
            `在${node}上，访问 ${to} 的报文进入 ${markMasq}，但该链中没有设置标记的规则。`,
          )
        : words(
            `On the ${sighting.side.name} node no rule in ${services} marks traffic to ${to}. ${expected.en}, so it was deleted or never synced.`,
            `在${node}上，${services} 中没有规则给访问 ${to} 的报文打标记。${expected["zh-CN"]}，可见它被删除，或从未同步成功。`,
          ),
      why: words(
        "Without the mark nothing masquerades the packet: it leaves with its own source, and the answer does not come back through this node.",
        "没有标记就不会做 MASQUERADE：报文以原来的源地址发出，回包不会经本节点返回。",
      ),
      verify: [
        `${toolFor(sighting.family)} -t nat -S KUBE-MARK-MASQ`,
        `${toolFor(sighting.family)} -t nat -S KUBE-SERVICES | grep KUBE-MARK-MASQ`,
      ],
    };
  },
};

/** The flow goes into KUBE-MARK-MASQ and comes out as it went in. */
function setsNothing(subject: Case): Sighting[] {
  const { side } = subject;
  const sightings: Sighting[] = [];
  for (const [family, path] of side.paths) {
    if (path.marking || !path.markChain || !absenceCounts(side, family)) continue;
    const probes = subject.failing.filter(
      (p) =>
        familyOf(p.flow.to) === family &&
        ledToMark(p) &&
        !p.trace.summary.marked &&
        !p.trace.summary.masqueraded &&
        isTracked(p),
    );
    if (probes.length === 0) continue;
    const bits = path.masquerading?.bits || side.world.masqueradeMark;
    const text = `-A ${markMasq} -j MARK --set-xmark ${hex(bits)}/${hex(bits)}`;
    const rule = ruleFrom(text, "nat", family);
    sightings.push({
      id: "mark-rule-missing",
      side,
      family,
      probes,
      remedies: [
        {
          fixes: [
            restartKubeProxy,
            {
              kind: "command",
              text: `${toolFor(family)} -t nat ${text}`,
              says: words(
                "At once; kube-proxy writes the chain anew at its next sync, with this rule in it. Open connections stay as they are.",
                "立即生效；kube-proxy 下次同步时会重写该链并带上这条规则。已建立的连接不变。",
              ),
            },
          ],
          holds: words(`Shown with the mark ${hex(bits)}.`, `以标记 ${hex(bits)} 验证。`),
          apply: (snapshot) => insertRule(snapshot, family, rule, 0),
        },
      ],
      missteps: [],
      evidence: [
        ...(path.markChain.at
          ? [
              {
                side: side.name,
                at: path.markChain.at,
                says: words(`${markMasq} has no rule that sets a mark`, `${markMasq} 中没有设置标记的规则`),
              },
            ]
          : []),
        ...pathEvidence(side, probes),
      ],
      byAbsence: true,
    });
  }
  return sightings;
}

/** KUBE-MARK-MASQ is in order, and no rule of KUBE-SERVICES leads the node's own traffic to cluster IPs into it. */
function notLedThere(subject: Case): Sighting[] {
  const { side } = subject;
  if (side.print.mode !== "ipvs" || !(writesFallback(side.print) === "yes" || isConfigured(side))) return [];
  const sightings: Sighting[] = [];
  for (const [family, detector] of side.detectors) {
    const path = side.paths.get(family);
    if (detector.kind !== "none" || !path?.marking || !absenceCounts(side, family)) continue;
    const probes = subject.failing.filter(
      (p) =>
        familyOf(p.flow.to) === family &&
        keepsServiceAddress(p) &&
        isTracked(p) &&
        !p.trace.summary.marked &&
        !ledToMark(p) &&
        entered(p, services),
    );
    if (probes.length === 0) continue;
    sightings.push({
      id: "mark-rule-missing",
      side,
      family,
      probes,
      remedies: [withRule(side, family, probes)],
      missteps: [],
      evidence: [
        ...(detector.at
          ? [
              {
                side: side.name,
                at: detector.at,
                says: words(
                  `${services} has no rule that leads to ${markMasq} for cluster IPs`,
                  `${services} 中没有针对 cluster IP 跳转到 ${markMasq} 的规则`,
                ),
              },
            ]
          : []),
        ...side.print.clues
          .filter(
            (c) =>
              c.at &&
              c.range.atLeast &&
              (c.range.atLeast.minor > fallbackSince.minor || c.range.atLeast.patch >= fallbackSince.patch),
          )
          .slice(0, 2)
          .flatMap((c) => (c.at ? [{ side: side.name, at: c.at, says: c.says }] : [])),
        ...pathEvidence(side, probes),
      ],
      byAbsence: true,
    });
  }
  return sightings;
}

/** The rule that this kube-proxy should have written: with its configured cluster CIDR, else the one that needs none. */
function withRule(side: Side, family: Family, probes: readonly Probe[]): Remedy {
  const set = setNameFor(clusterIpSet, family, new Set(side.snapshot.sets.byName.keys()));
  const cidr = side.snapshot.kubeProxy?.clusterCidr?.value.find((c) => c.family === family && !coversServices(side, c));
  const text = `${cidr ? `! -s ${printCidr(cidr)} ` : ""}-m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set ${set} ${cidr ? "dst,dst" : "src,dst"} -j ${markMasq}`;
  const rule = ruleFrom(`-A ${services} ${text}`, "nat", family);
  const have = side.snapshot.sets.byName.has(set);
  return {
    fixes: [
      restartKubeProxy,
      {
        kind: "command",
        text: `${toolFor(family)} -t nat -I ${services} 1 ${text}`,
        says: words(
          "At once, until kube-proxy writes the chain anew (within 30 s), which puts its own rule there. Open connections stay as they are.",
          "立即生效，直到 kube-proxy 重写该链（30 秒内）并写入它自己的规则。已建立的连接不变。",
        ),
      },
    ],
    holds: cidr
      ? words(
          `Shown with the configured cluster CIDR ${printCidr(cidr)}.`,
          `以配置中的 cluster CIDR ${printCidr(cidr)} 验证。`,
        )
      : words(
          "Shown with the rule that kube-proxy writes without a cluster CIDR; with one, its own form does the same for these packets.",
          "以 kube-proxy 未设 cluster CIDR 时所写的规则验证；设置了的话，其写法对这些报文效果相同。",
        ),
    apply: (snapshot) => {
      if (cidr) return withClusterCidr(snapshot, side, family, cidr);
      const elements = probes.map((p) => `${p.flow.to},${p.flow.proto}:${p.flow.port}`);
      const filled = have ? snapshot : addToSet(snapshot, set, "hash:ip,port", family, elements);
      return insertRule(filled, family, rule, 0);
    },
  };
}
