/*
 * What it finds: a VXLAN device leaves its outer packets' checksum to the card, the kernel is one whose NAT spoils such a checksum, and
 *   kube-proxy has the outer packet masqueraded a second time (its mark stays on, --random-fully gives it another port).
 * Why traffic breaks: the receiving node drops the packet for its checksum. The sender tries for 63 s, then gives up offloading.
 * How sure: all four are in the dumps (likely), or tunnel packets arrive with wrong checksums in a capture. Nothing of it can be
 *   simulated, so no fix is proven.
 * Fix: no checksum offload on that device; a kube-proxy that takes its mark off; a kernel with the repair.
 * References: kubernetes 88986, 90084, 96868; flannel PRs 1243, 1282; calico 3145; k3s 1702.
 */
import { words } from "../../base/words.ts";
import { flowId } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import {
  checksumFeature,
  checksumOffload,
  encapsulatedMarked,
  randomisesPorts,
  spoilsChecksums,
  spoiltChecksums,
  tunnelMarked,
} from "./encapsulated.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

export const vxlanChecksumOffload: DefectRule = {
  id: "vxlan-checksum-offload",

  find({ side, probes: all, wanted }: Case): Sighting[] {
    const spoilt = spoiltChecksums(side);
    const sightings: Sighting[] = [];
    for (const family of side.paths.keys()) {
      const probes = encapsulatedMarked(all, family, "vxlan");
      const device = probes[0] && tunnelMarked(probes[0], "vxlan");
      if (device === undefined || !randomisesPorts(side, family)) continue;
      const offload = checksumOffload(side, device);
      const kernel = side.snapshot.kernel;
      const spoils = spoilsChecksums(side);
      if (offload?.on === false || spoils === false) continue;
      const hurts = wanted !== undefined && probes.some((p) => p.id === flowId(wanted));
      if (spoilt.length === 0 && !(offload?.on && (spoils || hurts))) continue;
      const rule = side.paths.get(family)?.masquerading?.rule.rule;
      sightings.push({
        id: "vxlan-checksum-offload",
        side,
        family,
        probes,
        remedies: [],
        advice: [
          {
            kind: "command",
            text: `ethtool -K ${device} ${checksumFeature} off`,
            says: words(
              "At once, until the device is made anew (a reboot, a restart of the network plugin): have it set at boot, or by the plugin's newer release. Undo with on. Costs some processor time for each packet; open connections stay open.",
              "立即生效，设备重建（重启节点或网络插件）后失效：请在开机时设置，或升级网络插件。改为 on 即可撤销。每个报文多花一点 CPU；已建立的连接不受影响。",
            ),
          },
          {
            kind: "config",
            text: "kube-proxy 1.16.13, 1.17.9, 1.18.6, 1.19 or later; or Linux 5.7, 5.6.13, 5.4.41, 4.19.123, 4.14.181 or later",
            says: words(
              "Either heals it durably: the newer kube-proxy masquerades no outer packet, the newer kernel leaves its checksum alone.",
              "任一即可长期修复：新的 kube-proxy 不再对外层报文做 MASQUERADE，新的内核不再弄坏校验和。",
            ),
          },
        ],
        missteps: [],
        evidence: [
          ...(offload
            ? [
                {
                  side: side.name,
                  at: offload.at,
                  says: words(`${checksumFeature} is on for ${device}`, `${device} 的 ${checksumFeature} 为 on`),
                },
              ]
            : []),
          ...(kernel ? [{ side: side.name, at: kernel.at, says: words("the kernel", "内核版本") }] : []),
          ...(rule
            ? [
                {
                  side: side.name,
                  at: rule.at,
                  says: words(
                    "masquerades the outer packet again, with another port",
                    "会对外层报文再做一次 MASQUERADE，并换端口",
                  ),
                },
              ]
            : []),
          ...spoilt,
        ],
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain({ side, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const device = (first && tunnelMarked(first, "vxlan")) ?? "flannel.1";
    return {
      title: words(
        `Checksum offload on ${device} spoils packets that are masqueraded twice`,
        `${device} 的校验和卸载会弄坏被两次 MASQUERADE 的报文`,
      ),
      what: words(
        `On the ${side.name} node a connection to ${to} goes through ${device}. kube-proxy's mark stays on the outer packet, which is masqueraded again, and this kernel then spoils the checksum that the card should fill in.`,
        `${sideWords[side.name]}上到 ${to} 的连接经过 ${device}。kube-proxy 的标记留在外层报文上，使其再次被做 MASQUERADE，而该内核随后会弄坏本应由网卡填写的校验和。`,
      ),
      why: words(
        "The other node drops packets with a wrong checksum. The sender repeats them for 63 s before it stops offloading, so the first connection hangs that long, or fails.",
        "对端节点会丢弃校验和错误的报文。发送方重传 63 秒后才停止卸载，因此首个连接要挂起这么久，或者失败。",
      ),
      verify: [
        `ethtool -k ${device} | grep ${checksumFeature}`,
        "tcpdump -n -v -i any udp port 8472 or udp port 4789   # on the other node: no bad udp cksum",
      ],
    };
  },
};
