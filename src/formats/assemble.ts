import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import { nftTableKey } from "../model/nftables/ruleset.ts";
import { type Coverage, emptySnapshot, type NodeSnapshot } from "../model/node/snapshot.ts";
import { mergeCluster, mergeEndpoints, mergeServices } from "./assemble-cluster.ts";
import { dataplaneOf } from "./assemble-dataplane.ts";
import { mergeKubeProxy, mergeProxyRun } from "./assemble-kube-proxy.ts";
import { mergeIpvs, mergeLinks, mergeRoutes, mergeSets } from "./assemble-parts.ts";
import { mergeRulesets, twoBackends } from "./assemble-rulesets.ts";
import { mergeSystem, sysctlsWithoutModule } from "./assemble-system.ts";
import type { Contribution } from "./format.ts";
import { areOtherHosts, areOtherLinks, otherHost } from "./other-host.ts";
import { type Clash, secondNode } from "./second-node.ts";

export interface Piece {
  readonly contribution: Contribution;
  readonly coverage: Coverage;
}

const wider = (a: Coverage, b: Coverage): Coverage =>
  a === "whole" || b === "whole" ? "whole" : a === "partial" || b === "partial" ? "partial" : "absent";

/**
 * Puts together what all segments of one side say about its node. What was said first stays; where a later segment
 * contradicts it, both are named, since one paste may hold dumps of two nodes.
 */
export function assemble(
  sources: readonly SourceText[],
  pieces: readonly Piece[],
): { readonly snapshot: NodeSnapshot; readonly diagnostics: readonly Diagnostic[] } {
  const clashes: Clash[] = [];
  const strange: Diagnostic[] = [];
  let snapshot: NodeSnapshot = { ...emptySnapshot, sources: new Map(sources.map((s) => [s.id, s])) };
  // Addresses go first: they say whether routes are this node's.
  const isLinks = (p: Piece): boolean => p.contribution.kind === "links";
  for (const piece of [...pieces.filter(isLinks), ...pieces.filter((p) => !isLinks(p))]) {
    const { contribution: c } = piece;
    if (c.kind === "routes" && areOtherHosts(snapshot, c.routes)) strange.push(...otherHost("routes", c.routes));
    else if (c.kind === "links" && areOtherLinks(snapshot.links.list, c.links))
      strange.push(...otherHost("links", c.links));
    else snapshot = { ...snapshot, ...withPiece(snapshot, piece, clashes, (d) => void strange.push(d)) };
  }
  snapshot = { ...snapshot, sysctls: sysctlsWithoutModule(snapshot) };
  const otherDataplane = dataplaneOf(snapshot);
  if (otherDataplane) snapshot = { ...snapshot, otherDataplane };
  const backends = [...snapshot.iptables.values()].flatMap(twoBackends);
  return { snapshot, diagnostics: [...secondNode(clashes, snapshot.sources), ...strange, ...backends] };
}

function withPiece(
  node: NodeSnapshot,
  { contribution: c, coverage }: Piece,
  clashes: Clash[],
  say: (diagnostic: Diagnostic) => void,
): Partial<NodeSnapshot> {
  switch (c.kind) {
    case "ruleset": {
      const merged = mergeRulesets(node.iptables.get(c.ruleset.family), c.ruleset, node.sources, clashes);
      return { iptables: new Map([...node.iptables, [c.ruleset.family, merged]]) };
    }
    case "sets": {
      const byName = mergeSets(node.sets.byName, c.sets, clashes);
      return { sets: { coverage: wider(node.sets.coverage, coverage), byName } };
    }
    case "ipvs":
      return { ipvs: { coverage: wider(node.ipvs.coverage, coverage), ...mergeIpvs(node.ipvs, c, clashes) } };
    case "links": {
      const list = mergeLinks(node.links.list, c.links, clashes);
      return { links: { coverage: wider(node.links.coverage, coverage), list } };
    }
    case "routes": {
      const tables = new Map(node.routes.coverage);
      for (const r of c.routes) tables.set(r.table, wider(tables.get(r.table) ?? "absent", "partial"));
      for (const t of c.tables) tables.set(t, wider(tables.get(t) ?? "absent", coverage));
      return { routes: { coverage: tables, list: mergeRoutes(node.routes.list, c.routes, clashes) } };
    }
    case "route-answers":
      return { routeAnswers: [...node.routeAnswers, ...c.answers] };
    case "rules": {
      const known = new Set(node.rules.list.map((r) => r.family ?? 4));
      const list = [...node.rules.list, ...c.rules.filter((r) => !known.has(r.family ?? 4))];
      return { rules: { coverage: wider(node.rules.coverage, coverage), list } };
    }
    case "sysctls":
      return { sysctls: new Map([...c.sysctls, ...node.sysctls]) };
    case "kube-proxy":
      return { kubeProxy: mergeKubeProxy(node.kubeProxy, c.config, clashes, say) };
    case "proxy-run":
      return { proxyRun: mergeProxyRun(node.proxyRun, c.run) };
    case "cluster":
      return { cluster: mergeCluster(node.cluster, c.facts) };
    case "services": {
      const list = mergeServices(node.services.list, c.services);
      return { services: { coverage: wider(node.services.coverage, coverage), list } };
    }
    case "endpoints": {
      const list = mergeEndpoints(node.endpoints.list, c.endpoints);
      const none = [...node.endpoints.none, ...c.none];
      return { endpoints: { coverage: wider(node.endpoints.coverage, coverage), list, none } };
    }
    case "captures":
      return { captures: [...node.captures, ...c.packets] };
    case "logs":
      return { logs: [...node.logs, ...c.packets] };
    case "connections":
      return { connections: [...node.connections, c.connections] };
    case "kernel":
      if (node.kernel && node.kernel.release !== c.release)
        clashes.push({ what: "kernel", first: node.kernel.at, second: c.at });
      return { kernel: node.kernel ?? { release: c.release, at: c.at } };
    case "nftables": {
      const byKey = new Map(node.nftables.tables.map((t) => [nftTableKey(t), t]));
      for (const table of c.tables) if (!byKey.has(nftTableKey(table))) byKey.set(nftTableKey(table), table);
      return { nftables: { coverage: wider(node.nftables.coverage, coverage), tables: [...byKey.values()] } };
    }
    case "dataplane":
      return { otherDataplane: node.otherDataplane ?? { name: c.name, at: c.at } };
    case "system":
      return { system: mergeSystem(node.system, c.facts) };
    case "nothing":
      return {};
  }
}
