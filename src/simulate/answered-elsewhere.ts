import { type Words, words } from "../base/words.ts";
import { cidrHas, cidrOf } from "../model/net/cidr.ts";
import { bitsOf, familyOf } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, type Interface, inWords, isSymbolic } from "../model/net/symbolic.ts";
import { holderOf, isCard, isLocal, linkNamed } from "./addresses.ts";
import type { Run } from "./run.ts";

/** The peer's answer does not come back to this node. */
export interface Lost {
  readonly kind: "lost";
  readonly reason: string;
  readonly says: Words;
  readonly known: boolean;
}

/**
 * A node process chose its source for the service's address, by the default route; the real server turned out to lie behind another
 * card. That one's network answers to the first card's address by its own ways, which as a rule do not lead back: machines
 * of one private network have no route to each other's outer addresses, or all have the same one there.
 */
export function otherInterfacesAddress(run: Run, src: Address, out: Interface): Lost | undefined {
  const { flow } = run;
  const { snapshot } = run.world;
  if (flow.from !== "host" || flow.source !== undefined || isSymbolic(src) || typeof out !== "string") return undefined;
  const holder = holderOf(snapshot, src)?.link;
  const leaving = linkNamed(snapshot, out);
  if (!holder || !leaving || holder.name === out || !isCard(holder.name) || !isCard(out)) return undefined;
  const isOwn = (a: { address: string; scope: string }): boolean =>
    a.scope === "global" && a.address.includes(":") === (familyOf(src) === 6);
  if (!leaving.addresses.some(isOwn)) return undefined;
  const stays = run.assume(`beyond:other-interface:${holder.name}:${out}`, {
    answer: true,
    about: words(
      `The network behind ${out} does not send answers to ${src}, the address of ${holder.name}, back to this node.`,
      `${out} 所在的网络不会把发往 ${src}（${holder.name} 的地址）的回包送回本节点。`,
    ),
    because: words(
      "Each of a node's networks knows as a rule only the addresses of its own.",
      "节点的各个网络通常只认识本网络的地址。",
    ),
    settledBy: `ip route get ${src}   # on the server`,
  });
  if (!stays) return undefined;
  return {
    kind: "lost",
    reason: "source-of-other-interface",
    says: words(
      `The server answers to ${src}, the address of ${holder.name}, and not by the network of ${out}: the reply is lost.`,
      `服务端把回包发给 ${src}（${holder.name} 的地址），不经 ${out} 所在的网络：回包丢失。`,
    ),
    known: false,
  };
}

/**
 * A rule gave the packet an address of the pods' own link that is not the node's: the pod asks for it there, and the node does not
 * answer. Kernel: seed 61045 of `npm run kernel`, Linux 6.18 (NETMAP to the pods' range).
 */
export function neighboursAddress(run: Run, { src, family }: Packet, out: Interface): Lost | undefined {
  const sent = run.steps.find((s) => s.kind === "source-chosen" || s.kind === "sent")?.packet.src;
  if (isSymbolic(src) || fieldKey(src) === fieldKey(sent ?? src) || isLocal(run, src) !== "no") return undefined;
  const onLink = linkNamed(run.world.snapshot, out)?.addresses.some(
    (a) => familyOf(a.address) === family && a.prefix < bitsOf(family) && cidrHas(cidrOf(a.address, a.prefix), src),
  );
  if (!onLink) return undefined;
  return {
    kind: "lost",
    reason: "answered-elsewhere",
    says: words(
      `The server looks for ${src} on its own link, where this node does not hold it: the answer is lost.`,
      `服务端在自己的链路上寻找 ${src}，而本节点并不持有该地址：回包丢失。`,
    ),
    known: true,
  };
}

/** A pod's own address left the cluster, where nobody routes it; asked only where somebody says that it is so. */
export function podsAddressOutside(run: Run, src: Address): Lost | undefined {
  if (run.flow.from !== "pod" || isLocal(run, src) === "yes") return undefined;
  const guess = run.world.guess({ ask: "pod-unrouted", address: src });
  if (!guess || !run.assume("beyond:pod-range", guess)) return undefined;
  const name = inWords(src);
  return {
    kind: "lost",
    reason: "pod-address-outside",
    says: words(
      `The server answers to ${name.en}, a pod's address that nobody outside the cluster routes back.`,
      `服务端把回包发给 ${name["zh-CN"]}：它是 Pod 的地址，集群之外没有人会把它路由回来。`,
    ),
    known: false,
  };
}
