import type { Span } from "../base/span.ts";
import { type Language, words } from "../base/words.ts";
import { inWords } from "../model/net/symbolic.ts";
import type { Hook } from "../model/netfilter/hook.ts";
import type { Skb } from "./conntrack.ts";
import { changesBetween } from "./packet.ts";
import type { Run } from "./run.ts";
import { type Halt, walkTable } from "./walk-chain.ts";

/**
 * nf_nat_inet_fn: the nat chain is walked once per connection and kind of manipulation, for its first packet; every
 * packet is then changed as the entry says.
 */
export function natHook(run: Run, skb: Skb, hook: Hook): Halt {
  const manipulation = hook === "PREROUTING" || hook === "OUTPUT" ? "dst" : "src";
  const connection = skb.connection;
  if (!connection) {
    considered(run, skb, hook, "not-tracked");
    return null;
  }
  const isFirst = skb.side === "original" && skb.state === "NEW";
  const done = manipulation === "src" ? connection.srcDone : connection.dstDone;
  if (isFirst && !done) {
    const had = manipulation === "src" ? connection.snat : connection.dnat;
    const halt = walkTable(run, skb, hook, "nat");
    if (halt) return halt;
    if (manipulation === "src") connection.srcDone = true;
    else connection.dstDone = true;
    const has = manipulation === "src" ? connection.snat : connection.dnat;
    if (has === had) considered(run, skb, hook, "no-rule-matched");
    return null;
  }
  if (!manipulate(run, skb, hook, "NAT")) considered(run, skb, hook, "already-settled");
  return null;
}

function considered(run: Run, skb: Skb, hook: Hook, why: "no-rule-matched" | "not-tracked" | "already-settled"): void {
  const manipulation = hook === "PREROUTING" || hook === "OUTPUT" ? "dst" : "src";
  const name = manipulation === "src" ? "SNAT" : "DNAT";
  const says = {
    "no-rule-matched": words(
      `${name} considered at ${hook}: no rule asks for it`,
      `${hook} 处考虑过 ${name}：没有规则要求`,
    ),
    "not-tracked": words(`no NAT at ${hook}: the packet is not tracked`, `${hook} 处不做 NAT：报文没有连接跟踪`),
    "already-settled": words(
      `${name} at ${hook} was settled before; the chain is not walked again`,
      `${hook} 处的 ${name} 已经定过，不再走该链`,
    ),
  }[why];
  run.step({ kind: "nat-considered", manipulation, hook, why }, { packet: skb.packet, changes: [], says });
}

/** nf_nat_packet: rewrites the packet as the entry says for its direction. Tells whether it changed anything. */
export function manipulate(run: Run, skb: Skb, hook: Hook, target: string, at?: Span): boolean {
  const { connection } = skb;
  if (!connection) return false;
  const manipulation = hook === "PREROUTING" || hook === "OUTPUT" ? "dst" : "src";
  const undo = skb.side === "reply";
  const asked = undo
    ? manipulation === "dst"
      ? connection.snat
      : connection.dnat
    : manipulation === "dst"
      ? connection.dnat
      : connection.snat;
  if (!asked) return false;
  const before = skb.packet;
  const other = undo ? connection.original : connection.reply;
  const changed =
    manipulation === "dst"
      ? { ...before, dst: other.src, dport: other.sport }
      : { ...before, src: other.dst, sport: other.dport };
  // nf_nat_icmp_reply_translation: an error has no ports of its own
  skb.packet = before.about ? { ...changed, sport: before.sport, dport: before.dport } : changed;
  const changes = changesBetween(before, skb.packet);
  if (changes.length === 0) return false;
  const shown = changes[0];
  const inLanguage = (language: Language): string =>
    shown ? `${inWords(shown.before)[language]} → ${inWords(shown.after)[language]}` : "";
  const says = undo
    ? words(
        `${manipulation === "dst" ? "SNAT" : "DNAT"} undone at ${hook}: ${inLanguage("en")}`,
        `${hook} 处还原 ${manipulation === "dst" ? "SNAT" : "DNAT"}：${inLanguage("zh-CN")}`,
      )
    : words(`${target} at ${hook}: ${inLanguage("en")}`, `${hook} 处 ${target}：${inLanguage("zh-CN")}`);
  run.step({ kind: "nat", manipulation, target, hook, undo, ...(at ? { at } : {}) }, { packet: before, changes, says });
  return true;
}
