import { type Words, words } from "../base/words.ts";
import { fingerprint } from "../kube-proxy/fingerprint.ts";
import { ipvsDevice, plainSetName } from "../kube-proxy/names.ts";
import { kindsByAddress } from "../kube-proxy/services.ts";
import type { VirtualServer } from "../model/ipvs/virtual-server.ts";
import type { BorrowedPart, NodeSnapshot } from "../model/node/snapshot.ts";
import type { Assumption } from "../simulate/trace.ts";
import type { SideName } from "./finding.ts";

export interface Borrowing {
  readonly snapshot: NodeSnapshot;
  readonly assumptions: readonly Assumption[];
}

/**
 * A side takes over from the other what was not pasted for it, so that one flow can be followed on both: virtual
 * servers, addresses of kube-ipvs0, kubectl's services. Each is a listed assumption. What the side's own dumps
 * contradict is never taken.
 */
export function borrow(side: NodeSnapshot, name: SideName, other: NodeSnapshot | undefined): Borrowing {
  if (!other) return { snapshot: side, assumptions: [] };
  let snapshot = side;
  const assumptions: Assumption[] = [];
  const take = (part: BorrowedPart, about: Words, because: Words, settledBy: string, next: NodeSnapshot): void => {
    snapshot = { ...next, borrowed: [...snapshot.borrowed, part] };
    assumptions.push({ id: `borrowed:${name}:${part}`, about, because, settledBy });
  };
  const here = sideWords[name];

  const servers = borrowableServers(side, other);
  if (servers.length > 0)
    take(
      "ipvs",
      words(
        `The ${name} node has the same virtual servers as the other one: ${listed(servers)}.`,
        `${here}上有与另一节点相同的虚拟服务：${listed(servers)}。`,
      ),
      words("No ipvsadm output was pasted for it.", "没有粘贴它的 ipvsadm 输出。"),
      "ipvsadm -S -n",
      { ...snapshot, ipvs: { ...other.ipvs, servers, coverage: "partial" } },
    );
  const device = other.links.list.find((link) => link.name === ipvsDevice);
  if (device && side.links.coverage === "absent" && (servers.length > 0 || snapshot.ipvs.servers.length > 0)) {
    const served = new Set<string>(snapshot.ipvs.servers.map((s) => s.address));
    const addresses = device.addresses.filter((a) => served.has(a.address));
    if (addresses.length > 0)
      take(
        "service-addresses",
        words(
          `The ${name} node has ${addresses
            .map((a) => a.address)
            .slice(0, 3)
            .join(", ")} on ${ipvsDevice}, as the other one has.`,
          `${here}的 ${ipvsDevice} 上也有 ${addresses
            .map((a) => a.address)
            .slice(0, 3)
            .join("、")}，与另一节点相同。`,
        ),
        words(
          "No addresses were pasted for it, and kube-proxy binds a virtual server's address there.",
          "没有粘贴它的地址，而 kube-proxy 会把虚拟服务的地址绑定在那里。",
        ),
        `ip addr show ${ipvsDevice}`,
        { ...snapshot, links: { coverage: "partial", list: [{ ...device, addresses }] } },
      );
  }
  if (side.services.coverage === "absent" && other.services.list.length > 0)
    take(
      "services",
      words(
        `The Services that kubectl lists hold for the ${name} node too.`,
        `kubectl 列出的 Service 也适用于${here}。`,
      ),
      words("They were pasted for the other node only.", "它们只粘贴在另一侧。"),
      "kubectl get services --all-namespaces -o wide",
      {
        ...snapshot,
        services: { ...other.services, coverage: "partial" },
        endpoints: side.endpoints.coverage === "absent" ? { ...other.endpoints, coverage: "partial" } : side.endpoints,
      },
    );
  return { snapshot, assumptions };
}

export const sideWords: Readonly<Record<SideName, string>> = { healthy: "正常节点", broken: "异常节点" };

const listed = (servers: readonly VirtualServer[]): string =>
  servers
    .slice(0, 3)
    .map((s) => `${s.address}:${s.port}`)
    .join(", ") + (servers.length > 3 ? ", …" : "");

/** Virtual servers of the other side for addresses that any node of a cluster serves, and nothing here speaks against. */
function borrowableServers(side: NodeSnapshot, other: NodeSnapshot): VirtualServer[] {
  if (side.ipvs.coverage !== "absent" || other.ipvs.servers.length === 0) return [];
  const print = fingerprint(side);
  if (print.mode !== "ipvs") return [];
  const kinds = kindsByAddress(other);
  const device = side.links.list.find((link) => link.name === ipvsDevice);
  const bound = side.links.coverage === "whole" ? new Set<string>(device?.addresses.map((a) => a.address)) : undefined;
  const clusterIps = [...side.sets.byName.values()].find(
    (set) => plainSetName(set.name) === "KUBE-CLUSTER-IP" && set.whole && set.entries.length > 0,
  );
  const entries = clusterIps && new Set(Array.from(clusterIps.entries, (e) => e.text));
  const own = new Set<string>(
    side.links.list.filter((l) => l.name !== ipvsDevice).flatMap((l) => l.addresses.map((a) => a.address)),
  );
  return other.ipvs.servers.filter((server) => {
    const kind = kinds(server.address, server.port, server.proto);
    if (kind === "node-port" || own.has(server.address)) return false;
    // without a real server on either node there is nothing to follow
    if (server.realServers.length === 0) return false;
    if (bound && !bound.has(server.address)) return false;
    if (kind === "cluster-ip" && entries && !entries.has(`${server.address},${server.proto}:${server.port}`))
      return false;
    return true;
  });
}
