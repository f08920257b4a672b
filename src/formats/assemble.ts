import type { SourceText } from "../base/source.ts";
import type { Ruleset, Table } from "../model/netfilter/ruleset.ts";
import { type Coverage, emptySnapshot, type NodeSnapshot } from "../model/node/snapshot.ts";
import type { Contribution } from "./format.ts";

export interface Piece {
  readonly contribution: Contribution;
  readonly coverage: Coverage;
}

const wider = (a: Coverage, b: Coverage): Coverage =>
  a === "whole" || b === "whole" ? "whole" : a === "partial" || b === "partial" ? "partial" : "absent";

/** Puts together what all segments of one side say about its node. What was said first stays. */
export function assemble(sources: readonly SourceText[], pieces: readonly Piece[]): NodeSnapshot {
  let node: NodeSnapshot = { ...emptySnapshot, sources: new Map(sources.map((s) => [s.id, s])) };
  for (const { contribution: c, coverage } of pieces) {
    switch (c.kind) {
      case "ruleset":
        node = {
          ...node,
          iptables: new Map([
            ...node.iptables,
            [c.ruleset.family, mergeRulesets(node.iptables.get(c.ruleset.family), c.ruleset)],
          ]),
        };
        break;
      case "sets":
        node = {
          ...node,
          sets: {
            coverage: wider(node.sets.coverage, coverage),
            byName: new Map([...c.sets.map((s): [string, typeof s] => [s.name, s]), ...node.sets.byName]),
          },
        };
        break;
      case "ipvs":
        node = {
          ...node,
          ipvs: {
            coverage: wider(node.ipvs.coverage, coverage),
            servers: [...node.ipvs.servers, ...c.servers],
            markServers: [...node.ipvs.markServers, ...c.markServers],
          },
        };
        break;
      case "links":
        node = {
          ...node,
          links: {
            coverage: wider(node.links.coverage, coverage),
            list: [...node.links.list, ...c.links.filter((l) => !node.links.list.some((k) => k.name === l.name))],
          },
        };
        break;
      case "routes":
        node = {
          ...node,
          routes: {
            coverage: new Map([
              ...node.routes.coverage,
              ...c.routes.map((r): [string, Coverage] => [r.table, "partial"]),
              ...c.tables.map((t): [string, Coverage] => [t, coverage]),
            ]),
            list: [...node.routes.list, ...c.routes],
          },
        };
        break;
      case "rules":
        node = {
          ...node,
          rules: { coverage: wider(node.rules.coverage, coverage), list: [...node.rules.list, ...c.rules] },
        };
        break;
      case "sysctls":
        node = { ...node, sysctls: new Map([...c.sysctls, ...node.sysctls]) };
        break;
      case "kube-proxy":
        node = { ...node, kubeProxy: node.kubeProxy ?? c.config };
        break;
      case "services":
        node = {
          ...node,
          services: { coverage: wider(node.services.coverage, coverage), list: [...node.services.list, ...c.services] },
        };
        break;
      case "endpoints":
        node = {
          ...node,
          endpoints: {
            coverage: wider(node.endpoints.coverage, coverage),
            list: [...node.endpoints.list, ...c.endpoints],
          },
        };
        break;
      case "captures":
        node = { ...node, captures: [...node.captures, ...c.packets] };
        break;
      case "logs":
        node = { ...node, logs: [...node.logs, ...c.packets] };
        break;
      case "kernel":
        node = { ...node, kernel: node.kernel ?? { release: c.release, at: c.at } };
        break;
      case "dataplane":
        node = { ...node, otherDataplane: node.otherDataplane ?? { name: c.name, at: c.at } };
        break;
      case "nothing":
        break;
    }
  }
  return node;
}

/** Tables of several pastes of one node; a table pasted twice counts as first pasted. */
function mergeRulesets(first: Ruleset | undefined, next: Ruleset): Ruleset {
  if (!first) return next;
  const tables = new Map<string, Table>([...next.tables, ...first.tables]);
  return {
    ...first,
    tables: tables as Ruleset["tables"],
    complete: first.complete || next.complete,
    ...((first.otherBackend ?? next.otherBackend) ? { otherBackend: first.otherBackend ?? next.otherBackend } : {}),
  } as Ruleset;
}
