/*
 * What it finds: Docker masquerades what comes from the range of its own bridge and leaves by another device. Where the pods' addresses lie
 *   in that range (172.17.0.0/16 by default) and hang on another bridge, that is all that pods send to each other.
 * Why traffic breaks: connections work, but pods meet each other under their nodes' addresses: network policies and logs by pod
 *   judge the node.
 * How sure: Docker's own rule takes the flow in the simulation, and the pods are not on Docker's bridge. Where they are, as
 *   with dockershim and without a network plugin, that rule is how pods get out at all, and nothing is said.
 * Fix: another range for Docker's bridge (bip), or for the pods.
 * References: kubernetes 89869; docker's default-address-pools.
 */
import { words } from "../../base/words.ts";
import { cidrCovers, cidrOf, printCidr } from "../../model/net/cidr.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import { sideWords } from "../borrow.ts";
import { toolFor } from "../fix/commands.ts";
import { insertRule, replaceRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import { podSubnets } from "../flows.ts";
import { type Probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import { groupedBy } from "./ending.ts";
import { foreignMasquerade, isEngines, podRangesFor, reachesPod } from "./pod-egress.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

/** The rule of Docker's that took the flow. */
function dockersRule(p: Probe): Rule | undefined {
  const rule = foreignMasquerade(p);
  return rule && isEngines(rule) ? rule : undefined;
}

/** Docker's bridge itself is where this node's pods are: no other device holds them, or theirs is no part of its range. */
function isPodsBridge(side: Side, family: Family, { header }: Rule): boolean {
  const subnets = podSubnets(side, family);
  const bridge = side.snapshot.links.list.find((l) => l.name === header.out?.is);
  const own = bridge?.addresses.filter((a) => familyOf(a.address) === family).map((a) => cidrOf(a.address, a.prefix));
  return subnets.length === 0 || own?.some((c) => subnets.some((s) => s.base === c.base && s.mask === c.mask)) === true;
}

export const dockerMasqueradeOverlapsPods: DefectRule = {
  id: "docker-masquerade-overlaps-pods",

  find(subject: Case): Sighting[] {
    const { side } = subject;
    const hidden = subject.probes.filter((p) => p.flow.from === "pod" && works(p) && reachesPod(side, p));
    const sightings: Sighting[] = [];
    for (const [rule, probes] of groupedBy(hidden, dockersRule)) {
      const [first] = probes;
      const range = rule.header.source?.is;
      if (!first || !range) continue;
      const family = familyOf(first.flow.to);
      const subnet = podSubnets(side, family).find((s) => cidrCovers(range, s));
      if (!subnet || isPodsBridge(side, family, rule)) continue;
      const device = rule.header.out?.is ?? "docker0";
      const ranges = podRangesFor(side, family);
      const pods = printCidr(ranges[ranges.length - 1] ?? range);
      const above = `POSTROUTING -s ${pods} -d ${pods} -j RETURN`;
      sightings.push({
        id: "docker-masquerade-overlaps-pods",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              {
                kind: "config",
                text: '{ "bip": "DOCKER_BRIDGE_IP/24" }',
                says: words(
                  `In /etc/docker/daemon.json: an address for ${device} outside ${pods} and outside the Services' and nodes' ranges (for networks made by hand: default-address-pools). systemctl restart docker puts it in force and stops Docker's containers unless live-restore is on: drain the node before. Undo by taking it away.`,
                  `写入 /etc/docker/daemon.json：为 ${device} 选一个不在 ${pods}、也不在 Service 与节点网段内的地址（手工创建的网络用 default-address-pools）。systemctl restart docker 后生效；若未启用 live-restore 会停止 Docker 的容器，请先 drain 节点。去掉即可撤销。`,
                ),
              },
            ],
            holds: words(`Holds for any range without ${pods}.`, `对任何不含 ${pods} 的网段都成立。`),
            apply: (snapshot) => replaceRule(snapshot, family, rule),
          },
          {
            fixes: [
              {
                kind: "command",
                text: `${toolFor(family)} -t nat -I ${above.replace("POSTROUTING", `POSTROUTING ${rule.number}`)}`,
                says: words(
                  "At once, for new connections, until a reboot; Docker puts its own rule on top again when it restarts. Undo with -D and without the number.",
                  "立即对新连接生效，重启节点后失效；Docker 重启时会把自己的规则再插到最前。用 -D（去掉序号）撤销。",
                ),
              },
            ],
            holds: words("", ""),
            apply: (snapshot) => insertRule(snapshot, family, ruleFrom(`-A ${above}`, "nat", family), rule.number - 1),
          },
        ],
        healed: (again) => works(again) && !foreignMasquerade(again),
        missteps: [],
        evidence: [
          {
            side: side.name,
            at: rule.at,
            says: words(
              `takes what comes from ${printCidr(range)} and leaves by another device than ${device}`,
              `处理来自 ${printCidr(range)} 且不从 ${device} 发出的报文`,
            ),
          },
          ...side.snapshot.links.list
            .filter((l) => l.name !== device)
            .flatMap((l) => l.addresses)
            .filter((a) => familyOf(a.address) === family && cidrOf(a.address, a.prefix).base === subnet.base)
            .slice(0, 1)
            .map((a) => ({
              side: side.name,
              at: a.at,
              says: words("this node's pods lie in that range", "本节点的 Pod 就在该网段内"),
            })),
        ],
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const source = first && dockersRule(first)?.header.source?.is;
    const range = source ? printCidr(source) : "";
    return {
      title: words(
        `Docker's masquerade for ${range} takes the pods' traffic too`,
        `Docker 对 ${range} 的 MASQUERADE 把 Pod 的流量也处理了`,
      ),
      what: words(
        `On the ${side.name} node the pods' addresses lie in ${range}, the range of Docker's own bridge. A pod that connects to ${to} reaches another pod, and that one sees the node's address as the client.`,
        `${sideWords[side.name]}上 Pod 的地址位于 Docker 自己网桥的网段 ${range} 之内。Pod 连接 ${to} 到达另一个 Pod，而对方看到的客户端是节点的地址。`,
      ),
      why: words(
        "Docker masquerades whatever comes from its range and leaves by another device than its bridge; it knows nothing of pods. Network policies and logs by pod judge the node then.",
        "Docker 对来自其网段、且不经其网桥发出的一切做 MASQUERADE，它并不知道 Pod 的存在。按 Pod 的网络策略和日志于是只能看到节点。",
      ),
      verify: [`${toolFor(family)} -t nat -S POSTROUTING; ip -br addr   # the two ranges must not meet`],
    };
  },
};
