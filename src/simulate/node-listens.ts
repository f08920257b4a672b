import { words } from "../base/words.ts";
import { isIcmp, type Packet } from "../model/net/packet.ts";
import { fieldKey, inWords } from "../model/net/symbolic.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Listener } from "../model/node/system.ts";
import { holderOf, isLocal } from "./addresses.ts";
import { endpointText } from "./flow.ts";
import type { Run } from "./run.ts";
import type { Ending, Step } from "./trace.ts";

/** How a packet ends that is for this node, if no process of it is there to answer for the Service. */
export const notServedHere = (run: Run, packet: Packet): Ending | null =>
  translatedToNobodyHere(run, packet) ?? nobodyListens(run, packet) ?? untranslatedNodePort(run, packet);

/** NAT or IPVS sent the packet on to somebody else. */
export const isTranslation = (s: Step): boolean =>
  (s.kind === "nat" && s.manipulation === "dst") || (s.kind === "ipvs" && s.what === "scheduled");

/** It is a Service's address and port, and a process of the node answers that is none of its endpoints. */
function strangerListens(run: Run, packet: Packet, { process }: Listener): Ending | null {
  const { to: address, port, proto } = run.flow;
  const endpoint = run.world.guess({ ask: "endpoint", service: { address, port, proto }, address: packet.dst });
  if (!endpoint || endpoint.answer) return null;
  return run.stop(
    "wrong-destination",
    "no-virtual-server",
    words(
      `IPVS has no virtual server for ${endpointText(address, port)}; the node's own ${process ?? "process"} answers, which listens on every address.`,
      `IPVS 中没有 ${endpointText(address, port)} 的虚拟服务；应答的是节点自己在所有地址上监听的${process === undefined ? "进程" : ` ${process} `}。`,
    ),
    packet,
  );
}

/** A process of the node that the dumps show listening there. */
export const listenerFor = ({ system }: NodeSnapshot, { proto, dst, dport, family }: Packet): Listener | undefined =>
  system.listeners.list.find(
    (l) =>
      l.proto === proto &&
      l.port === dport &&
      l.device === undefined &&
      (l.family === undefined || l.family === family) &&
      (l.address === undefined || l.address === dst),
  );

/** An address that only kube-ipvs0 holds, and no virtual server took the packet: nothing listens there. */
function nobodyListens(run: Run, packet: Packet): Ending | null {
  // the kernel itself answers a ping to any address that it holds
  if (isIcmp(packet.proto)) return null;
  const holder = holderOf(run.world.snapshot, packet.dst);
  if (holder?.link.name !== "kube-ipvs0") return null;
  // a real server that is this node, the address kept as it was
  if (run.steps.some(isTranslation) && fieldKey(packet.dst) === run.flow.to) return null;
  const listener = listenerFor(run.world.snapshot, packet);
  if (listener) return strangerListens(run, packet, listener);
  const closed = run.assume(`listener:${fieldKey(packet.dst)}:${fieldKey(packet.dport)}`, {
    answer: true,
    about: words(
      `No process of the node listens on port ${inWords(packet.dport).en} of all addresses.`,
      `本节点没有进程在所有地址的 ${inWords(packet.dport)["zh-CN"]} 端口上监听。`,
    ),
    because: words(
      "The address is on kube-ipvs0 and IPVS has no virtual server for this port.",
      "该地址在 kube-ipvs0 上，而 IPVS 没有该端口的虚拟服务。",
    ),
    settledBy: "ss -lnt",
  });
  if (!closed) return null;
  return run.stop(
    "refused",
    "no-virtual-server",
    words(
      `IPVS has no virtual server for ${endpointText(inWords(packet.dst).en, inWords(packet.dport).en)}; the node itself answers with a reset.`,
      `IPVS 中没有 ${endpointText(inWords(packet.dst)["zh-CN"], inWords(packet.dport)["zh-CN"])} 的虚拟服务；由节点自己回 RST。`,
    ),
    packet,
  );
}

/**
 * A rule led it back in after it was translated to another host's address. Not even a reset leaves from an address that the
 * node does not hold (seen on Linux 6.1, with a firewall mark that a routing rule and a virtual server share).
 */
function translatedToNobodyHere(run: Run, packet: Packet): Ending | null {
  if (!run.steps.some(isTranslation) || isLocal(run, packet.dst) !== "no") return null;
  const to = inWords(packet.dst);
  return run.stop(
    "dropped",
    "translated-then-kept",
    words(
      `The packet is on its way to ${to.en}, which is no address of this node, and the routing rules keep it here all the same.`,
      `报文要去 ${to["zh-CN"]}，它不是本节点的地址，但路由规则仍把报文留在了本节点。`,
    ),
    packet,
  );
}

/** A node port that neither nat nor IPVS took: the packet is for the node itself, where only Services have that port. */
function untranslatedNodePort(run: Run, packet: Packet): Ending | null {
  if (run.steps.some(isTranslation)) return null;
  const guess = run.world.guess({ ask: "node-port", port: packet.dport, proto: packet.proto });
  if (!guess || !run.assume(`listener:${fieldKey(packet.dport)}/${packet.proto}`, guess)) return null;
  const to = endpointText(inWords(packet.dst).en, inWords(packet.dport).en);
  return run.stop(
    "refused",
    "not-translated",
    words(
      `Nothing translates ${to} to an endpoint, and no process of the node serves it: the node itself answers with a reset.`,
      `没有规则把 ${to} 转换为端点，本节点也没有进程提供该端口：由节点自己回 RST。`,
    ),
    packet,
  );
}
