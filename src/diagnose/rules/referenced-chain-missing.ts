/*
 * What it finds: a sync that did not finish. A rule leads to a chain of kube-proxy's that its table does not have; or kube-proxy's
 *   log says that its rules could not be loaded, and a Service that has endpoints is not among them.
 * Why traffic breaks: no kernel loads such a table. What kube-proxy means to write never gets there as a whole: the mark is not
 *   set, or new Services never appear.
 * How sure: the table was pasted whole, and the flow works once the chain is in the model. As no kernel prints such a table,
 *   the paste may be what kube-proxy meant to load, so it is no more than likely.
 * Fix: the kubelet makes KUBE-MARK-MASQ and KUBE-MARK-DROP up to 1.26: restart it first, then kube-proxy.
 * References: kubernetes 80462, 92275, 105208, 82125; KEP-3178; PR 119374; cri-o PR 6772; cilium 30666.
 */
import { words } from "../../base/words.ts";
import { markMasq, postrouting } from "../../kube-proxy/names.ts";
import { listedAt } from "../../kube-proxy/services.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import { ruleList } from "../../model/netfilter/rule.ts";
import { sideWords } from "../borrow.ts";
import { elsewhere, serviceOf } from "../evidence/elsewhere.ts";
import type { Evidence, Fix } from "../finding.ts";
import { commandLines, hex, restartKubeProxy, toolFor } from "../fix/commands.ts";
import { replaceChain } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import { serveWith } from "../fix/service-rules.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { endingBy, groupedBy } from "./ending.ts";
import type { Case, DefectRule, Remedy, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

interface Missing extends Evidence {
  readonly table: TableName;
  readonly chain: string;
}

/** The first jump on the request's way into a chain of kube-proxy's that is not there. */
function missingOn(p: Probe): Missing | undefined {
  const ruleset = p.side.snapshot.iptables.get(familyOf(p.flow.to));
  for (const step of p.trace.steps) {
    if (step.kind !== "rule" || step.direction !== "original" || !step.target?.startsWith("KUBE-")) continue;
    const table = ruleset?.tables.get(step.place.table);
    if (table?.state !== "whole" || table.chains.has(step.target) || !step.place.at) continue;
    return {
      table: table.name,
      chain: step.target,
      side: p.side.name,
      at: step.place.at,
      says: words(
        `this rule leads to ${step.target}, which table ${table.name} does not have`,
        `该规则跳转到 ${step.target}，而 ${table.name} 表中没有这条链`,
      ),
    };
  }
  return undefined;
}

/** kube-proxy's own word that its rules were refused. */
const failedSync = (side: Side): Evidence[] =>
  (side.snapshot.proxyRun?.remarks ?? [])
    .filter((r) => r.about === "sync-failed")
    .slice(-1)
    .map((r) => ({
      side: side.name,
      at: r.at,
      says: words("kube-proxy could not load its rules", "kube-proxy 未能加载它的规则"),
    }));

/** Ends of a packet to a Service that no rule of the node knows. */
const unknownHere = ["service-address-leaves-node", "router-no-route", "no-route"];

export const referencedChainMissing: DefectRule = {
  id: "referenced-chain-missing",

  find(subject: Case): Sighting[] {
    const { side, failing } = subject;
    const sightings: Sighting[] = [];
    const common = { id: "referenced-chain-missing", side, missteps: [], atMost: "likely", byAbsence: true } as const;
    for (const [chain, probes] of groupedBy(failing, (p) => missingOn(p)?.chain)) {
      const [first] = probes;
      const missing = first && missingOn(first);
      if (!missing) continue;
      const family = familyOf(first.flow.to);
      const evidence = [missing, ...failedSync(side)];
      const remedy = remedyFor(subject, missing, probes, family);
      if (remedy) sightings.push({ ...common, family, about: chain, probes, remedies: [remedy], evidence });
      else {
        const own = probes.filter((p) => unknownHere.includes(p.trace.ending.reason));
        if (own.length > 0)
          sightings.push({ ...common, family, about: chain, probes: own, remedies: [], advice: restart, evidence });
      }
    }
    const said = failedSync(side);
    if (said.length === 0) return sightings;
    for (const [family, all] of endingBy(failing, ...unknownHere)) {
      const probes = all.filter((p) => !missingOn(p) && isListed(p));
      const [first] = probes;
      if (!first) continue;
      sightings.push({
        ...common,
        family,
        probes,
        remedies: [
          {
            fixes: restart,
            holds: shownWithEndpoints,
            apply: (snapshot) => probes.reduce((next, p) => served(subject, p, next), snapshot),
          },
        ],
        evidence: [...said, ...elsewhere(subject, first).evidence],
      });
    }
    return sightings;
  },

  explain({ side, probes, about }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    return {
      title: words("kube-proxy's rules were not loaded as a whole", "kube-proxy 的规则没有完整加载"),
      what:
        about === undefined
          ? words(
              `On the ${side.name} node kube-proxy could not load its rules, and those that are there do not know ${to}, though the Service has endpoints.`,
              `${sideWords[side.name]}上 kube-proxy 未能加载规则，现有规则不认识 ${to}，而该 Service 是有 endpoint 的。`,
            )
          : words(
              `On the ${side.name} node the packet to ${to} is sent into ${about}, and there is no such chain.`,
              `在${sideWords[side.name]}上，发往 ${to} 的报文被送入 ${about}，而这条链不存在。`,
            ),
      why: words(
        "iptables-restore loads a table as a whole or not at all: with one chain missing, nothing new gets into the kernel, and old rules stay.",
        "iptables-restore 要么整体加载一张表，要么完全不加载：缺少一条链，新规则就进不了内核，旧规则保持不变。",
      ),
      verify: [
        ...(about === undefined ? [] : [`iptables-save | grep -c -- '^:${about} '   # 1`]),
        "kubectl -n kube-system logs -l k8s-app=kube-proxy --tail=50 | grep -i 'restore'   # no line",
      ],
    };
  },
};

const shownWithEndpoints = words(
  "Shown with the rules that kube-proxy writes for the endpoints known elsewhere.",
  "以 kube-proxy 为别处已知的 endpoint 所写的规则验证。",
);

/** kubectl lists it with endpoints, and no other proxy is to serve it. */
function isListed(p: Probe): boolean {
  const service = serviceOf(p);
  const listed = service && listedAt(p.side.snapshot, service);
  return listed !== undefined && listed.endpoints.length > 0 && listed.service.proxyName === undefined;
}

function served(subject: Case, p: Probe, snapshot: Side["snapshot"]): Side["snapshot"] {
  const service = serviceOf(p);
  const { endpoints } = elsewhere(subject, p);
  return service && endpoints.length > 0 ? serveWith(snapshot, p.side, service, endpoints) : snapshot;
}

const restart: readonly Fix[] = [
  {
    kind: "command",
    text: "systemctl restart kubelet",
    says: words(
      "Up to 1.26 the kubelet makes KUBE-MARK-MASQ and KUBE-MARK-DROP; restarted, it makes them anew. Pods and open connections stay. Then restart kube-proxy.",
      "1.26 及以前由 kubelet 创建 KUBE-MARK-MASQ 和 KUBE-MARK-DROP；重启后它会重新创建。Pod 与已建立的连接不受影响。之后再重启 kube-proxy。",
    ),
  },
  restartKubeProxy,
];

/** Puts the chain there, with the rules that kube-proxy gives it, where they are known. */
function remedyFor(subject: Case, missing: Missing, probes: readonly Probe[], family: Family): Remedy | undefined {
  const { table, chain } = missing;
  const bits = hex(subject.side.world.masqueradeMark);
  const rules: Readonly<Record<string, string>> = {
    [markMasq]: `-A ${markMasq} -j MARK --set-xmark ${bits}/${bits}`,
    [postrouting]: `-A ${postrouting} -m mark --mark ${bits}/${bits} -j MASQUERADE`,
  };
  const text = rules[chain];
  if (text !== undefined) {
    const tool = toolFor(family);
    const rule = ruleFrom(text, table, family);
    return {
      fixes: [
        ...restart,
        {
          kind: "command",
          text: commandLines([`${tool} -t ${table} -N ${chain}`, `${tool} -t ${table} ${text}`]),
          says: words(
            "At once, for new connections; kube-proxy writes the chain anew at its next sync. Undo with -F and -X.",
            "立即对新连接生效；kube-proxy 下次同步时会重写该链。用 -F 和 -X 撤销。",
          ),
        },
      ],
      holds: words(`Shown with ${chain} as kube-proxy writes it.`, `以 kube-proxy 所写的 ${chain} 验证。`),
      apply: (snapshot) => replaceChain(snapshot, family, table, chain, (c) => ({ ...c, rules: ruleList([rule]) })),
    };
  }
  if (!probes.some((p) => elsewhere(subject, p).endpoints.length > 0)) return undefined;
  return {
    fixes: restart,
    holds: shownWithEndpoints,
    apply: (snapshot) => probes.reduce((next, p) => served(subject, p, next), snapshot),
  };
}
