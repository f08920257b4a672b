import { type Words, words } from "../base/words.ts";
import { familyOf } from "../model/net/ip.ts";
import { type Address, type Interface, isSymbolic } from "../model/net/symbolic.ts";
import { holderOf, linkNamed } from "./addresses.ts";
import type { Run } from "./run.ts";

/** The peer's answer does not come back to this node. */
export interface Lost {
  readonly kind: "lost";
  readonly reason: string;
  readonly says: Words;
  readonly known: boolean;
}

/** Network cards, by the names that kernels and udev give; bridges, tunnels and veths are none. */
const card = /^(eth|en[ospx]|em\d|bond|team|ib\d|wl|p\d+p\d)/;

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
  if (!holder || !leaving || holder.name === out || !card.test(holder.name) || !card.test(out)) return undefined;
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
