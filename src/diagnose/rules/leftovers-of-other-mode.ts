/*
 * What it finds: what kube-proxy wrote in another mode and nobody took away. On a node in IPVS mode: rules of iptables mode that
 *   translate a Service to endpoints it has no more, or refuse it for want of endpoints. On a node in iptables mode: addresses on
 *   kube-ipvs0 and virtual servers, which give the node's own packets a Service's address as source.
 * Why traffic breaks: what is left over is never brought up to date, and the kernel asks it all the same.
 * How sure: the flow meets what is left over, and works once it is gone from the model. Where all flows work it is a risk.
 * Fix: by direction! On a node in IPVS mode `ipvsadm -C`, deleting kube-ipvs0 and `kube-proxy --cleanup` cut every Service.
 * References: kubernetes 102314, 109286, 78421, 80403, 134147; kube-proxy 13; rancher 29719; no clean-up up to 1.15.
 */
import { words } from "../../base/words.ts";
import { serviceChain } from "../../kube-proxy/mode.ts";
import { ipvsDevice, services } from "../../kube-proxy/names.ts";
import { commentOf, wordedRule } from "../../kube-proxy/rule-words.ts";
import { familyOf } from "../../model/net/ip.ts";
import { fieldKey } from "../../model/net/symbolic.ts";
import { ruleList, rulesOf } from "../../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import { holderOf } from "../../simulate/addresses.ts";
import { serversAt } from "../../simulate/known-places.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence, Fix } from "../finding.ts";
import { toolFor } from "../fix/commands.ts";
import { replaceChain } from "../fix/edit.ts";
import { fails, type Probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import { endsAt, rulesAt } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

type Family = 4 | 6;
const refusing = ["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES"] as const;

/** On a node in IPVS mode: the rule of iptables mode that the flow meets. */
function oldRule(p: Probe): Evidence | undefined {
  const family = familyOf(p.flow.to);
  if (!serversAt(p.side.snapshot.ipvs.servers, p.flow.proto, p.flow.to).some((s) => s.realServers.length > 0))
    return undefined;
  for (const step of p.trace.steps)
    if (step.kind === "rule" && step.target === "DNAT" && serviceChain.test(step.place.chain) && step.place.at)
      return {
        side: p.side.name,
        at: step.place.at,
        says: words("a rule of iptables mode translates it before IPVS", "iptables 模式的规则先于 IPVS 做了转换"),
      };
  const place = endsAt(p);
  const rule = place?.table === "filter" ? rulesAt(p, place, family) : undefined;
  return rule && / has no (?:local )?endpoints$/.test(commentOf(wordedRule(rule)) ?? "")
    ? {
        side: p.side.name,
        at: rule.at,
        says: words(
          "a rule of iptables mode refuses it, while IPVS serves it",
          "iptables 模式的规则拒绝它，而 IPVS 提供它",
        ),
      }
    : undefined;
}

/** On a node in iptables mode: kube-ipvs0 still holds the Service's address, or IPVS still takes its packets. */
function oldServer(p: Probe): Evidence | undefined {
  const { flow, side, trace } = p;
  const taken = trace.steps.find((s) => s.kind === "ipvs" && s.what !== "reply");
  if (taken?.kind === "ipvs" && taken.at)
    return { side: side.name, at: taken.at, says: words("IPVS still has a server for it", "IPVS 中仍有它的服务器") };
  const holder = holderOf(side.snapshot, flow.to);
  const chosen = trace.summary.sourceChosen;
  if (flow.from !== "host" || holder?.link.name !== ipvsDevice || chosen === undefined || fieldKey(chosen) !== flow.to)
    return undefined;
  return {
    side: side.name,
    at: holder.line.at,
    says: words(
      `${flow.to} is still local, so the node's own packets take it as source`,
      `${flow.to} 仍是本机地址，节点自身的报文因此用它作源地址`,
    ),
  };
}

export const leftoversOfOtherMode: DefectRule = {
  id: "leftovers-of-other-mode",

  find({ side, failing, probes: all }: Case): Sighting[] {
    const { mode } = side.print;
    if ((mode !== "ipvs" && mode !== "iptables") || side.snapshot.borrowed.includes("ipvs")) return [];
    const meets = mode === "ipvs" ? oldRule : oldServer;
    const sightings: Sighting[] = [];
    for (const family of [4, 6] as const) {
      const own = (list: readonly Probe[]): Probe[] =>
        list.filter((p) => familyOf(p.flow.to) === family && meets(p) !== undefined);
      const broken = own(failing);
      const working = mode === "iptables" && !all.some((p) => fails(p) && meets(p)) ? own(all).filter(works) : [];
      const probes = broken.length > 0 ? broken : working;
      if (probes.length === 0) continue;
      sightings.push({
        id: "leftovers-of-other-mode",
        side,
        family,
        about: mode,
        probes,
        remedies: [
          {
            fixes: mode === "ipvs" ? removeRules(family) : removeServers,
            holds: words("Shown with what is left over gone.", "以残留内容已清除验证。"),
            apply: (snapshot) => (mode === "ipvs" ? withoutRules(snapshot, family) : withoutServers(snapshot)),
          },
        ],
        ...(broken.length > 0
          ? {}
          : { kind: "risk", healed: (again: Probe) => works(again) && oldServer(again) === undefined }),
        missteps:
          mode === "ipvs"
            ? [
                {
                  text: `ipvsadm -C; ip link del ${ipvsDevice}   # or kube-proxy --cleanup`,
                  why: words(
                    "This node runs in IPVS mode: that takes away what serves every Service.",
                    "本节点运行 IPVS 模式：这会清除提供所有 Service 的内容。",
                  ),
                  apply: withoutServers,
                },
              ]
            : [],
        evidence: probes.slice(0, 3).flatMap((p) => meets(p) ?? []),
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain({ side, family, probes, about, kind }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const node = sideWords[side.name];
    return about === "ipvs"
      ? {
          title: words(
            "Rules of iptables mode are left over on a node in IPVS mode",
            "IPVS 模式的节点上残留着 iptables 模式的规则",
          ),
          what: words(
            `On the ${side.name} node what goes to ${to} meets a rule that kube-proxy wrote in iptables mode, before IPVS.`,
            `${node}上，发往 ${to} 的流量在 IPVS 之前遇到 kube-proxy 在 iptables 模式下写的规则。`,
          ),
          why: words(
            "Nobody brings that rule up to date: it sends to endpoints that are gone, or refuses a Service that has some by now.",
            "没有人再更新这条规则：它把流量送往已不存在的 endpoint，或拒绝如今已有 endpoint 的 Service。",
          ),
          verify: [`${toolFor(family)}-save | grep -cE -- '-j KUBE-(SVC|SEP|SVL|EXT|XLB|FW)-|has no endpoints'   # 0`],
        }
      : {
          title: words(
            "Addresses and servers of IPVS mode are left over on a node in iptables mode",
            "iptables 模式的节点上残留着 IPVS 模式的地址和虚拟服务",
          ),
          what:
            kind === "risk"
              ? words(
                  `On the ${side.name} node ${to} is still served by IPVS, or bound to ${ipvsDevice}, though kube-proxy runs in iptables mode. It works as long as the old servers do and the packet is masqueraded.`,
                  `${node}上 ${to} 仍由 IPVS 提供或绑定在 ${ipvsDevice} 上，而 kube-proxy 运行的是 iptables 模式。只要旧服务器可用且报文做了 MASQUERADE，它就能工作。`,
                )
              : words(
                  `On the ${side.name} node ${first?.flow.to} is still bound to ${ipvsDevice}, so the node's own packets to ${to} leave with that address as source.`,
                  `${node}上 ${first?.flow.to} 仍绑定在 ${ipvsDevice} 上，节点自身发往 ${to} 的报文因此以该地址为源发出。`,
                ),
          why: words(
            "kube-proxy in iptables mode neither needs nor updates them; Services that were deleted go on answering.",
            "iptables 模式的 kube-proxy 既不需要也不更新它们；已删除的 Service 仍会应答。",
          ),
          verify: ["ipvsadm -L -n   # no server", `ip addr show ${ipvsDevice}   # does not exist`],
        };
  },
};

const removeServers: readonly Fix[] = [
  {
    kind: "command",
    text: `ipvsadm -C; ip link del ${ipvsDevice}`,
    says: words(
      "At once and for good: kube-proxy in iptables mode does not make them again. It cuts connections that still run by IPVS. Never on a node in IPVS mode. Undo by starting kube-proxy in IPVS mode.",
      "立即且持久：iptables 模式的 kube-proxy 不会重建它们。仍经由 IPVS 的连接会中断。切勿在 IPVS 模式的节点上执行。以 IPVS 模式启动 kube-proxy 即恢复。",
    ),
  },
];

function removeRules(family: Family): Fix[] {
  const tool = toolFor(family);
  const chains = "KUBE-\\(SVC\\|SVL\\|SEP\\|EXT\\|XLB\\|FW\\)-[A-Z2-7]*";
  return [
    {
      kind: "command",
      text: [
        `${tool} -t nat -S ${services} | grep -E -- '-j KUBE-((SVC|SVL|EXT|XLB|FW)-|NODEPORTS)' | sed 's/^-A/${tool} -t nat -D/' | sh`,
        ...refusing.map((chain) => `${tool} -F ${chain}`),
        `${tool} -t nat -S | sed -n 's/^-N \\(${chains}\\)$/${tool} -t nat -F \\1/p' | sh`,
        `${tool} -t nat -S | sed -n 's/^-N \\(${chains}\\)$/${tool} -t nat -X \\1/p' | sh`,
      ].join("\n"),
      says: words(
        "At once and for good, for new connections: only chains of iptables mode go; those of IPVS mode stay. Connections that such a rule translated stay until they end. To undo, save iptables-save's output first.",
        "立即且持久，对新连接生效：只删除 iptables 模式的链，IPVS 模式的链保留。已被这些规则转换的连接保留到结束。如需撤销，请先保存 iptables-save 的输出。",
      ),
    },
  ];
}

function withoutRules(snapshot: NodeSnapshot, family: Family): NodeSnapshot {
  const tables = snapshot.iptables.get(family)?.tables;
  let next = snapshot;
  if (tables?.get("nat")?.chains.has(services))
    next = replaceChain(next, family, "nat", services, (chain) => ({
      ...chain,
      rules: ruleList(
        [...rulesOf(chain.rules)]
          .filter((r) => !serviceChain.test(r.target?.name ?? "") && r.target?.name !== "KUBE-NODEPORTS")
          .map((r, i) => ({ ...r, number: i + 1 })),
      ),
    }));
  for (const name of refusing)
    if (tables?.get("filter")?.chains.has(name))
      next = replaceChain(next, family, "filter", name, (chain) => ({ ...chain, rules: ruleList([]) }));
  return next;
}

function withoutServers(snapshot: Side["snapshot"]): NodeSnapshot {
  const onDevice = (route: NodeSnapshot["routes"]["list"][number]): boolean =>
    route.hops.some((hop) => hop.dev === ipvsDevice);
  return {
    ...snapshot,
    ipvs: { ...snapshot.ipvs, servers: [], markServers: [] },
    links: { ...snapshot.links, list: snapshot.links.list.filter((link) => link.name !== ipvsDevice) },
    routes: { ...snapshot.routes, list: snapshot.routes.list.filter((route) => !onDevice(route)) },
  };
}
