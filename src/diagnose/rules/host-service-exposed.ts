/*
 * What it finds: a process of the node listens on all addresses, cluster IPs are addresses of the node (kube-ipvs0), and nothing
 *   keeps its port off them: kube-proxy up to 1.25 in IPVS mode.
 * Why it matters: whoever reaches a cluster IP reaches the node's ssh or kubelet by it, past policies that name the node's address. And
 *   ssh to a cluster IP seems to work, but answers from the caller's own node.
 * How sure: a flow to a port that no Service has is delivered to the node itself. So it is on every such node: no more than possible,
 *   unless somebody named that flow or a connection of that kind is kept.
 * Fix: kube-proxy 1.26 or later, whose KUBE-IPVS-FILTER rejects such packets; or the process on the node's own address alone.
 * References: kubernetes 72236; PR 108460.
 */
import { words } from "../../base/words.ts";
import { ipvsDevice } from "../../kube-proxy/names.ts";
import { nodeAddress } from "../../kube-proxy/node-address.ts";
import { familyOf, type Ip } from "../../model/net/ip.ts";
import type { Connection } from "../../model/node/observation.ts";
import type { Listener } from "../../model/node/system.ts";
import type { Flow } from "../../simulate/flow.ts";
import { serversAt } from "../../simulate/known-places.ts";
import { listenerFor } from "../../simulate/node-listens.ts";
import { sideWords } from "../borrow.ts";
import { type Probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

/** Ports whose processes matter most first: ssh, the kubelet, the API, etcd. */
const first: readonly number[] = [22, 10250, 6443, 2379];
const rank = ({ port }: Listener): number => (first.includes(port) ? first.indexOf(port) : first.length);

const onIpvsDevice = ({ snapshot }: Side): ReadonlySet<Ip> =>
  new Set(snapshot.links.list.find((l) => l.name === ipvsDevice)?.addresses.map((a) => a.address));

/** A cluster IP that kube-ipvs0 alone holds, and a port of the node that no Service of it has. */
function exposedFlows(side: Side): Flow[] {
  if (side.print.mode !== "ipvs") return [];
  const bound = onIpvsDevice(side);
  const service = side.services.find(
    (s) =>
      s.kind === "cluster-ip" && bound.has(s.address) && s.address !== nodeAddress(side.snapshot, familyOf(s.address)),
  );
  if (!service) return [];
  const { list } = side.snapshot.system.listeners;
  return [...list]
    .filter((l) => l.address === undefined && l.device === undefined && !isServed(side, service.address, l))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 2)
    .map(({ port, proto }) => ({ from: "pod", to: service.address, port, proto }));
}

const isServed = ({ snapshot }: Side, address: Ip, { proto, port }: Pick<Flow, "proto" | "port">): boolean =>
  serversAt(snapshot.ipvs.servers, proto, address).some((s) => s.port === port || s.port === 0);

/** The process of the node that took the packet. */
function taker(p: Probe): Listener | undefined {
  const step = p.trace.steps.find((s) => s.kind === "received" && s.by === "local-process");
  return step && onIpvsDevice(p.side).has(p.flow.to) && !isServed(p.side, p.flow.to, p.flow)
    ? listenerFor(p.side.snapshot, step.packet)
    : undefined;
}

/** A connection to such a port that was answered. */
function kept(side: Side, probes: readonly Probe[]): Connection | undefined {
  const ports = new Set(probes.map((p) => `${p.flow.proto} ${p.flow.port}`));
  const bound = onIpvsDevice(side);
  let looked = 0;
  for (const table of side.pasted.connections)
    for (const c of table) {
      if (++looked > 50_000) return undefined;
      if (c.by !== "conntrack" || c.unreplied || !bound.has(c.original.dst)) continue;
      if (ports.has(`${c.proto} ${c.original.dport}`) && c.reply.src === c.original.dst) return c;
    }
  return undefined;
}

export const hostServiceExposed: DefectRule = {
  id: "host-service-exposed",

  asks: exposedFlows,

  find({ side, probes: all, wanted }: Case): Sighting[] {
    if (side.print.mode !== "ipvs") return [];
    const sightings: Sighting[] = [];
    for (const family of [4, 6] as const) {
      const probes = all.filter((p) => familyOf(p.flow.to) === family && works(p) && taker(p));
      const [shown] = probes;
      const listener = shown && taker(shown);
      if (!shown || !listener) continue;
      const seen = kept(side, probes);
      const asked = probes.some((p) => p.flow === wanted);
      const line = side.snapshot.links.list
        .find((l) => l.name === ipvsDevice)
        ?.addresses.find((a) => a.address === shown.flow.to);
      sightings.push({
        id: "host-service-exposed",
        side,
        family,
        probes,
        kind: "risk",
        ...(seen || asked ? {} : { atMost: "possible" }),
        remedies: [],
        unproven: words(
          "The newer kube-proxy refuses the flow; there is nothing to deliver that could be simulated.",
          "较新的 kube-proxy 会拒绝该流；没有可供模拟送达的内容。",
        ),
        advice: [
          {
            kind: "config",
            text: "kube-proxy 1.26 or later",
            says: words(
              "An upgrade: its chain KUBE-IPVS-FILTER refuses everything on kube-ipvs0 but the Services. Open connections stay as they are.",
              "升级后，KUBE-IPVS-FILTER 链会拒绝 kube-ipvs0 上除 Service 以外的一切。已建立的连接不变。",
            ),
          },
          {
            kind: "config",
            text: `ListenAddress ${nodeAddress(side.snapshot, family) ?? "NODE_ADDRESS"}   # of sshd; other programs: --bind-address, --address`,
            says: words(
              "Until then: the process listens on the node's own address alone. Restart it; sshd keeps open sessions. Undo by taking the line out.",
              "在此之前：让该进程只监听节点自己的地址。重启该进程即可，sshd 会保留已有会话。删除此行即可撤销。",
            ),
          },
        ],
        missteps: [],
        evidence: [
          {
            side: side.name,
            at: listener.at,
            says: words(
              `${listener.process ?? "a process"} listens on port ${listener.port} of every address`,
              `${listener.process ?? "某个进程"} 在所有地址的 ${listener.port} 端口上监听`,
            ),
          },
          ...(line
            ? [
                {
                  side: side.name,
                  at: line.at,
                  says: words(`and ${line.address} is one of them`, `${line.address} 也是其中之一`),
                },
              ]
            : []),
          ...(seen
            ? [{ side: side.name, at: seen.at, says: words("somebody did connect to it", "确实有人这样连接过") }]
            : []),
        ],
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain({ side, probes }) {
    const [shown] = probes;
    const to = shown ? flowText(shown) : "";
    const name = (shown && taker(shown)?.process) ?? "";
    return {
      title: words("Programs of the node answer on cluster IPs", "节点自身的程序会在 cluster IP 上应答"),
      what: words(
        `On the ${side.name} node a connection to ${to}, which no Service has, is answered by the node's own ${name === "" ? "process" : name}.`,
        `${sideWords[side.name]}上，到 ${to} 的连接（没有任何 Service 提供它）由节点自身的${name === "" ? "进程" : ` ${name} `}应答。`,
      ),
      why: words(
        "In IPVS mode cluster IPs are addresses of the node, and kube-proxy before 1.26 does not keep other ports off them. It works as it always did; whoever may reach a cluster IP reaches the node's programs.",
        "IPVS 模式下 cluster IP 是节点的地址，1.26 之前的 kube-proxy 不会屏蔽其他端口。功能一切照旧；但凡能访问 cluster IP 的，都能访问节点上的程序。",
      ),
      verify: shown ? [`nc -vz -w 3 ${shown.flow.to} ${shown.flow.port}   # from a pod: refused`] : [],
    };
  },
};
