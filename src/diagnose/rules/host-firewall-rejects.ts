/*
 * What it finds: a rule of the host's own firewall (firewalld, the distribution's default INPUT and FORWARD rules) refuses the
 *   packet with "host prohibited" or "admin prohibited", before kube-proxy's or the network plugin's rules accept it; or refuses it
 *   in any other way, while the other node lets the same flow through.
 * Why traffic breaks: the client gets "No route to host", or is refused, at once.
 * How sure: the trace ends at that rule. Rules of kube-proxy and of network policy are somebody's wish and no such defect.
 *   A firewall in nft's own tables is not simulated: it is named where nothing in its chain can accept a new connection of the flow.
 * Fix: take firewalld away, or trust the pods' interfaces and ranges in it.
 * References: kubernetes 97283; calico 5232, 4382; flannel 2055; microk8s 1157; k0s 2117; rancher 28840.
 */
import { words } from "../../base/words.ts";
import { familyOf } from "../../model/net/ip.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import { nftOwner } from "../../model/nftables/owner.ts";
import { sideWords } from "../borrow.ts";
import type { Fix } from "../finding.ts";
import { toolFor } from "../fix/commands.ts";
import { replaceRule } from "../fix/edit.ts";
import { type Probe, probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import { endingBy, endsAt, groupedBy, rulesAt } from "./ending.ts";
import { type NftStop, nftStop } from "./nft-firewall.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText, servedHere } from "./unmarked.ts";

const disableFirewalld: Fix = {
  kind: "command",
  text: "systemctl disable --now firewalld",
  says: words(
    "At once and for good; the node is then without firewalld's other rules. Undo with systemctl enable --now firewalld. kube-proxy must be restarted if firewalld flushed its rules.",
    "立即且长期生效；节点随之失去 firewalld 的其他规则。用 systemctl enable --now firewalld 撤销。若 firewalld 清空过规则，需重启 kube-proxy。",
  ),
};

/** Chains of those who refuse on purpose: kube-proxy, network policy. */
const onPurpose = /^(?:KUBE-|cali-|CILIUM|WEAVE-NPC|DOCKER)/;
const prohibited = /--reject-with (?:icmp-(?:host|admin|net)-prohibited|icmp6-adm-prohibited)/;
const isProhibiting = (rule: Rule): boolean => prohibited.test(printRule(rule));

export const hostFirewallRejects: DefectRule = {
  id: "host-firewall-rejects",

  find({ side, other, failing, probes: asked, clusters }: Case): Sighting[] {
    const sightings: Sighting[] = nftSightings(side, asked);
    for (const [family, all] of endingBy(failing, "rule-reject")) {
      const byRule = groupedBy(all, (p) => {
        const place = endsAt(p);
        const rule = place && rulesAt(p, place, family);
        return rule && !onPurpose.test(rule.chain) ? rule : undefined;
      });
      for (const [rule, probes] of byRule) {
        const there = other && clusters.same !== "no" && probes[0] ? probe(other, probes[0].flow) : undefined;
        if (!isProhibiting(rule) && !(there && works(there))) continue;
        const tool = toolFor(family);
        const isFirewalld =
          /^(?:INPUT|FORWARD)_|_(?:ZONES|direct|log|deny|allow)$/.test(rule.chain) ||
          side.snapshot.iptables.get(family)?.tables.get("filter")?.chains.has("FORWARD_ZONES") === true;
        sightings.push({
          id: "host-firewall-rejects",
          side,
          family,
          probes,
          remedies: [
            {
              fixes: [
                isFirewalld
                  ? disableFirewalld
                  : {
                      kind: "command",
                      text: `${tool} -D ${printRule(rule).replace(/^-A /, "")}`,
                      says: words(
                        "At once, until the firewall's rules are loaded again (/etc/sysconfig/iptables, netfilter-persistent): take the line out there, too. Undo by adding it again at its end.",
                        "立即生效，防火墙规则重新加载（/etc/sysconfig/iptables、netfilter-persistent）后失效：请同时从那里删除该行。把它加回链尾即可撤销。",
                      ),
                    },
                ...(isFirewalld
                  ? [
                      {
                        kind: "command" as const,
                        text: "firewall-cmd --permanent --zone=trusted --add-source=POD_CIDR && firewall-cmd --reload",
                        says: words(
                          "Instead, where firewalld has to stay: for good. POD_CIDR is the range of this cluster's pods.",
                          "若必须保留 firewalld，用它代替：长期生效。POD_CIDR 是本集群的 Pod 网段。",
                        ),
                      },
                    ]
                  : []),
              ],
              holds: words("Shown without that rule.", "以去掉该规则验证。"),
              apply: (snapshot) => replaceRule(snapshot, family, rule),
            },
          ],
          missteps: [],
          evidence: [{ side: side.name, at: rule.at, says: words("this rule refuses the packet", "该规则拒绝了报文") }],
          byAbsence: false,
        });
      }
    }
    return sightings;
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    const title = words("The host's own firewall refuses Service traffic", "主机自身的防火墙拒绝了 Service 流量");
    const nft = first && stopOf(first);
    if (nft) {
      const name = `${nft.table.family} ${nft.table.name}`;
      return {
        title,
        what: words(
          `On the ${sighting.side.name} node chain ${nft.chain.name} of nft's table ${name} stops the packet to ${to}, whatever iptables accepts.`,
          `${sideWords[sighting.side.name]}上，nft 表 ${name} 的链 ${nft.chain.name} 会拦下发往 ${to} 的报文，无论 iptables 是否放行。`,
        ),
        why: words(
          "Every base chain of a hook must let a packet pass: an accept in one does not count in the next. This one accepts no new connection of that kind.",
          "同一 hook 上的每条基链都必须放行报文：一条链中的 accept 对下一条无效。而这条链不放行此类新连接。",
        ),
        verify: [`nft list table ${name}`, "systemctl is-active firewalld nftables"],
      };
    }
    const place = first && endsAt(first);
    const rule = place && rulesAt(first, place, sighting.family);
    return {
      title,
      what: words(
        `On the ${sighting.side.name} node rule ${place?.rule} of ${place?.table} ${place?.chain} refuses the packet to ${to} before any rule accepts it.`,
        `${sideWords[sighting.side.name]}上，${place?.table} 表 ${place?.chain} 链第 ${place?.rule} 条规则在任何放行规则之前拒绝了发往 ${to} 的报文。`,
      ),
      why:
        rule && isProhibiting(rule)
          ? words(
              "The client is told “No route to host” at once. Such rules know nothing of pods and Services.",
              "客户端立即得到 “No route to host”。这类规则不了解 Pod 与 Service。",
            )
          : words(
              "The client is refused at once. Such rules know nothing of pods and Services.",
              "客户端立即被拒绝。这类规则不了解 Pod 与 Service。",
            ),
      verify: [`${toolFor(sighting.family)} -S ${place?.chain ?? "FORWARD"}`, "systemctl is-active firewalld"],
    };
  },
};

/** What stops a flow that the iptables rules let pass: at FORWARD what is translated, at INPUT what IPVS takes. */
const stopOf = (p: Probe): NftStop | undefined =>
  nftStop(p, "forward") ?? (p.side.print.mode === "ipvs" ? nftStop(p, "input") : undefined);

function nftSightings(side: Side, all: readonly Probe[]): Sighting[] {
  if (side.snapshot.nftables.tables.length === 0) return [];
  return ([4, 6] as const).flatMap((family): Sighting[] => {
    const probes = all.filter((p) => familyOf(p.flow.to) === family && servedHere(p) && stopOf(p));
    const stop = probes[0] && stopOf(probes[0]);
    if (!stop) return [];
    const isFirewalld = nftOwner(stop.table) === "firewalld";
    return [
      {
        id: "host-firewall-rejects",
        side,
        family,
        about: `${stop.table.family} ${stop.table.name}`,
        probes: probes.slice(0, 3),
        remedies: [],
        unproven: words(
          "nft's own tables are not simulated: the flows named get through by all that is.",
          "nft 自身的表不参与模拟：所列的流按其余内容都能送达。",
        ),
        atMost: "likely",
        advice: [
          isFirewalld
            ? disableFirewalld
            : {
                kind: "command",
                text: `nft insert rule ${stop.table.family} ${stop.table.name} ${stop.chain.name} ct status dnat accept`,
                says: words(
                  "At once, for what kube-proxy translated, until the firewall's rules are loaded again (/etc/nftables.conf): add it there, too. In IPVS mode let in the Services' range by ip daddr SERVICE_CIDR accept. Undo with nft delete rule and its handle.",
                  "立即对 kube-proxy 已转换的流量生效，防火墙规则重新加载（/etc/nftables.conf）后失效：请同时写入该文件。IPVS 模式下用 ip daddr SERVICE_CIDR accept 放行 Service 网段。用 nft delete rule 及其 handle 撤销。",
                ),
              },
        ],
        missteps: [],
        evidence: [{ side: side.name, at: stop.at, says: words("this stops the packet", "这里拦下了报文") }],
        byAbsence: false,
      },
    ];
  });
}
