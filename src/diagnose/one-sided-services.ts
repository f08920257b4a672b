import { words } from "../base/words.ts";
import { serviceKey } from "../kube-proxy/services.ts";
import { type Family, familyOf } from "../model/net/ip.ts";
import { endpointText } from "../simulate/flow.ts";
import { sideWords } from "./borrow.ts";
import type { Note } from "./finding.ts";
import type { Side } from "./side.ts";

/** So many are shown line by line. */
const mostShown = 8;

/**
 * Cluster IPs with endpoints that one node of a cluster serves and the other does not. The dumps may have been taken before and after the
 * Service was made; kube-proxy of that node may be behind, too.
 */
export function oneSidedServices(side: Side, other: Side): Note[] {
  const lacking = side.services.filter(
    (s) =>
      s.kind === "cluster-ip" &&
      s.endpoints.length > 0 &&
      !s.localPolicy &&
      showsAll(other, familyOf(s.address)) &&
      !other.served.has(serviceKey(s)),
  );
  const [first] = lacking;
  if (!first) return [];
  const to = `${endpointText(first.address, first.port)}/${first.proto}${first.name === undefined ? "" : ` (${first.name})`}`;
  const more = lacking.length - 1;
  return [
    {
      id: `services-missing-${other.name}`,
      says: words(
        `The ${side.name} node serves ${to}${more > 0 ? ` and ${more} more` : ""}, the ${other.name} node does not. They are newer than its dumps, or kube-proxy there is behind: look at its log.`,
        `${sideWords[side.name]}提供 ${to}${more > 0 ? ` 等 ${lacking.length} 个服务` : ""}，而${sideWords[other.name]}没有。它们可能晚于其输出才创建，也可能是那里的 kube-proxy 落后了：请查看其日志。`,
      ),
      evidence: lacking
        .slice(0, mostShown)
        .map((s) => ({ side: side.name, at: s.at, says: words("served here alone", "只有这里提供") })),
    },
  ];
}

/** Whatever Services the node serves, its dumps show. */
function showsAll({ print, pasted, standIn }: Side, family: Family): boolean {
  if (standIn) return false;
  if (print.mode === "ipvs") return pasted.ipvs.coverage === "whole";
  const nat = pasted.iptables.get(family)?.tables.get("nat");
  return print.mode === "iptables" && nat?.state === "whole";
}
