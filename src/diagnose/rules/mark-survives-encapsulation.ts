/*
 * What it finds: kube-proxy masquerades a packet and leaves its mark on; the packet then goes into a tunnel (VXLAN, IPIP), whose outer
 *   packet inherits the mark, passes POSTROUTING too, and is masqueraded a second time.
 * Why traffic breaks: with --random-fully the outer packet's port is rewritten, and kernels of that time spoil the checksum that is
 *   left to the card: the receiver drops it. Connections hang for 63 s, until the kernel gives up offloading, or never open.
 * How sure: the trace shows the mark on the packet that enters the tunnel. Whether it does harm, the dumps tell only together: a kernel
 *   with that defect or another node that takes the mark off (possible), a connection of the tunnel that was masqueraded, or the flow that hurts (likely).
 * Fix: a kube-proxy that takes the mark off first (1.16.13, 1.17.9, 1.18.6, 1.19).
 * References: kubernetes 78948; PRs 84945, 92035, 92256.
 */
import { words } from "../../base/words.ts";
import { markMasq, postrouting } from "../../kube-proxy/names.ts";
import type { Family } from "../../model/net/ip.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import { flowId } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import { hex, toolFor } from "../fix/commands.ts";
import { appendRule, replaceRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import { probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import {
  checksumOffload,
  encapsulatedMarked,
  masqueradedTwice,
  randomisesPorts,
  spoilsChecksums,
  tunnelMarked,
} from "./encapsulated.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";
import { vxlanChecksumOffload } from "./vxlan-checksum-offload.ts";

/** As kube-proxy has written it since: what is not marked returns, the mark is taken off, and the rule below masquerades. */
function clearing(snapshot: NodeSnapshot, side: Side, family: Family): NodeSnapshot {
  const found = side.paths.get(family)?.masquerading;
  if (!found) return snapshot;
  const bits = hex(found.bits);
  const { rule } = found.rule;
  return [
    ruleFrom(`-A ${postrouting} -m mark ! --mark ${bits}/${bits} -j RETURN`, "nat", family),
    ruleFrom(`-A ${postrouting} -j MARK --set-xmark ${bits}/0x0`, "nat", family),
    { ...rule, matches: rule.matches.filter((m) => m.name !== "mark") },
  ].reduce((next, r) => appendRule(next, family, r), replaceRule(snapshot, family, rule));
}

export const markSurvivesEncapsulation: DefectRule = {
  id: "mark-survives-encapsulation",

  find(subject: Case): Sighting[] {
    // the more specific cause, of the same packets
    if (vxlanChecksumOffload.find(subject).length > 0) return [];
    const { side, other, probes: all, wanted } = subject;
    const twice = masqueradedTwice(side);
    const sightings: Sighting[] = [];
    for (const [family, path] of side.paths) {
      const probes = encapsulatedMarked(all, family, "any");
      const device = probes[0] && tunnelMarked(probes[0], "any");
      const rule = path.masquerading?.rule.rule;
      if (device === undefined || !rule) continue;
      const hurts = wanted !== undefined && probes.some((p) => p.id === flowId(wanted));
      const spoils =
        spoilsChecksums(side) === true && randomisesPorts(side, family) && checksumOffload(side, device)?.on !== false;
      const there = other && probes[0] && probe(other, probes[0].flow);
      const clearedThere =
        there !== undefined &&
        works(there) &&
        there.trace.summary.sentBy === device &&
        there.trace.summary.masqueraded &&
        tunnelMarked(there, "any") === undefined;
      const differs = clearedThere && randomisesPorts(side, family) && spoilsChecksums(side) !== false;
      if (twice.length === 0 && !hurts && !spoils && !differs) continue;
      const link = side.snapshot.links.list.find((l) => l.name === device);
      const kernel = side.snapshot.kernel;
      sightings.push({
        id: "mark-survives-encapsulation",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              {
                kind: "config",
                text: "kube-proxy 1.16.13, 1.17.9, 1.18.6, 1.19 or later",
                says: words(
                  "An upgrade of kube-proxy (and of kubelet up to 1.26, which writes the same chain): since then it takes the mark off before it masquerades. It holds; open connections stay open.",
                  "升级 kube-proxy（以及 1.26 及更早的 kubelet，它也写这条链）：此后它会先清除标记再做 MASQUERADE。长期有效，已建立的连接不受影响。",
                ),
              },
            ],
            holds: words("Shown with the rules of such a version.", "以该版本的规则验证。"),
            apply: (snapshot) => clearing(snapshot, side, family),
          },
        ],
        healed: (again) => works(again) && again.trace.summary.masqueraded && tunnelMarked(again, "any") === undefined,
        missteps: [],
        evidence: [
          {
            side: side.name,
            at: rule.at,
            says: words("masquerades and leaves the mark on", "做 MASQUERADE 却不清除标记"),
          },
          ...(link
            ? [{ side: side.name, at: link.at, says: words("the tunnel that the packet enters", "报文进入的隧道") }]
            : []),
          ...twice,
          ...(spoils && kernel
            ? [
                {
                  side: side.name,
                  at: kernel.at,
                  says: words("a kernel that spoils such a packet's checksum", "会弄坏此类报文校验和的内核"),
                },
              ]
            : []),
        ],
        byAbsence: false,
        ...(twice.length > 0 || hurts ? {} : { atMost: "possible" }),
      });
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const device = (first && tunnelMarked(first, "any")) ?? "";
    return {
      title: words(
        `Packets enter the tunnel ${device} with the masquerade mark on and are masqueraded twice`,
        `报文带着 MASQUERADE 标记进入隧道 ${device}，被做了两次 MASQUERADE`,
      ),
      what: words(
        `On the ${side.name} node ${postrouting} masquerades what ${markMasq} marked and leaves the mark on. A connection to ${to} goes into ${device}; the outer packet bears the same mark and is masqueraded again.`,
        `${sideWords[side.name]}的 ${postrouting} 对 ${markMasq} 标记的报文做 MASQUERADE，却不清除标记。到 ${to} 的连接进入 ${device}，外层报文带着同样的标记，又被做一次 MASQUERADE。`,
      ),
      why: words(
        "With --random-fully the outer packet's UDP port is rewritten, and kernels before 5.7 spoil its checksum where the card is to fill it in: the other node drops it. Connections open after 63 s or not at all.",
        "使用 --random-fully 时外层报文的 UDP 端口会被改写；5.7 之前的内核在校验和由网卡填写时会把它弄坏，对端节点于是丢弃。连接要 63 秒后才建立，或者根本建立不了。",
      ),
      verify: [
        `${toolFor(family)} -t nat -S ${postrouting}   # a line --set-xmark MARK/0x0 must stand above MASQUERADE`,
        "conntrack -L -p udp | grep -E 'dport=(8472|4789)'   # sport of the first half = dport of the second",
      ],
    };
  },
};
