import type { Words } from "../base/words.ts";
import { printCidr } from "../model/net/cidr.ts";
import { familyOf } from "../model/net/ip.ts";
import type { Finding } from "./finding.ts";
import { serviceRange } from "./fix/pod-cidr.ts";
import type { Side } from "./side.ts";

/**
 * Where an address of natlens's own stands for every cluster IP of a node, or for the node's own, sentences and commands say
 * CLUSTER_IP or NODE_IP: nobody has that address, and nobody is to type it.
 */
export function inPlaceholders(finding: Finding, side: Side): Finding {
  const nodes = [...(side.snapshot.nodeStandIn?.values() ?? [])].map((a): [string, string] => [a, "NODE_IP"]);
  const names = [...nodes, ...(side.standIn ? clusterIps(side) : [])];
  if (names.length === 0) return finding;
  const text = (given: string): string => names.reduce((out, [from, to]) => out.replaceAll(from, to), given);
  const say = (given: Words): Words => ({ en: text(given.en), "zh-CN": text(given["zh-CN"]) });
  return {
    ...finding,
    title: say(finding.title),
    what: say(finding.what),
    why: say(finding.why),
    proof: say(finding.proof),
    fix: finding.fix.map((f) => ({ ...f, text: text(f.text), says: say(f.says) })),
    refuted: finding.refuted.map((r) => ({ ...r, text: text(r.text), why: say(r.why) })),
    verify: finding.verify.map(text),
    evidence: finding.evidence.map((e) => ({ ...e, says: say(e.says) })),
  };
}

const clusterIps = (side: Side): [string, string][] =>
  side.services
    .filter((s) => s.kind === "cluster-ip")
    .flatMap((s): [string, string][] => [
      [printCidr(serviceRange(side, familyOf(s.address), s.address)), "SERVICE_CIDR"],
      [s.address, "CLUSTER_IP"],
    ]);
