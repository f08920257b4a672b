import { and, negatedIf, type Ternary, ternary } from "../base/ternary.ts";
import { verbatim, words } from "../base/words.ts";
import { setHas } from "../model/ipset/has.ts";
import type { Packet } from "../model/net/packet.ts";
import { addressIn, fieldKey, interfaceIs, isSymbolic } from "../model/net/symbolic.ts";
import type { Hook } from "../model/netfilter/hook.ts";
import { matches } from "../model/netfilter/matches/index.ts";
import type { MatchContext } from "../model/netfilter/matches/match.ts";
import type { Rule, RuleHeader } from "../model/netfilter/rule.ts";
import { addressType } from "./addresses.ts";
import { type Skb, viewOf } from "./conntrack.ts";
import { wayBackBy } from "./reverse-path.ts";
import type { Run } from "./run.ts";

export const ruleKey = (run: Run, rule: Rule): string =>
  `${run.backend ? `${run.backend}:` : ""}${rule.table}/${rule.chain}/${rule.number}`;

function headerMatches(header: RuleHeader, packet: Packet): Ternary {
  let all: Ternary = "yes";
  const also = (negated: boolean, value: Ternary): void => {
    all = and(all, negatedIf(negated, value));
  };
  if (header.source) also(header.source.negated, addressIn(packet.src, header.source.is));
  if (header.destination) also(header.destination.negated, addressIn(packet.dst, header.destination.is));
  if (header.in) also(header.in.negated, interfaceIs(packet.in, header.in.is));
  if (header.out) also(header.out.negated, interfaceIs(packet.out, header.out.is));
  if (header.proto) also(header.proto.negated, ternary(header.proto.is === packet.proto));
  if (header.fragment) also(header.fragment.negated, "no");
  return all;
}

/** Whether a rule matches, before anything is assumed for what stays unknown. */
export function ruleMatches(run: Run, skb: Skb, rule: Rule, hook: Hook): Ternary {
  let all = headerMatches(rule.header, skb.packet);
  if (all === "no") return "no";
  for (const match of rule.matches) {
    const module = matches.get(match.name);
    const answer: Ternary =
      module?.test === undefined || match.value === undefined
        ? "unknown"
        : module.test(match.value, skb.packet, contextFor(run, skb, rule, hook));
    all = and(all, answer);
    if (all === "no") return "no";
  }
  if (!rule.understood) return and(all, "unknown");
  return all === "yes" && rule.hidden?.includes("interfaces") ? whereInterfacesHide(run, rule) : all;
}

/** Every condition that a listing without -v shows is met; those on interfaces it does not show. */
function whereInterfacesHide(run: Run, rule: Rule): Ternary {
  const guess = run.world.guess({ ask: "all-interfaces", rule });
  return guess && run.assume(`interfaces-hidden:${rule.table}`, guess) ? "yes" : "unknown";
}

function contextFor(run: Run, skb: Skb, rule: Rule, hook: Hook): MatchContext {
  const { world } = run;
  return {
    hook,
    connection: viewOf(skb),
    addressType: (address, type, iface) => addressType(run, address, type, iface),
    inSet(name, dims, packet) {
      const set = world.snapshot.sets.byName.get(name);
      if (set) {
        const has = setHas(set, dims, packet, (member) => world.snapshot.sets.byName.get(member));
        if (has !== "unknown") return has;
      }
      const guess = world.guess({ ask: "set-member", set: name, dims, packet });
      if (guess) return ternary(run.assume(`set:${name}:${guess.kind ?? elementKey(dims, packet)}`, guess));
      return "unknown";
    },
    random(question) {
      // each time a packet meets the rule is drawn anew, also where two jumps lead to it
      const id = `random:${ruleKey(run, rule)}:${run.direction}`;
      const times = run.reached.get(id) ?? 0;
      run.reached.set(id, times + 1);
      return ternary(
        run.choose(times === 0 ? id : `${id}:${times}`, "kernel-draws", question, [
          { says: words("this one", "选中"), value: true },
          { says: words("another one", "未选中"), value: false },
        ]),
      );
    },
    assume(about, because, settledBy, preferred) {
      if (world.fresh) return ternary(preferred);
      return ternary(
        run.assume(`state:${ruleKey(run, rule)}`, {
          answer: preferred,
          about,
          because,
          ...(settledBy === undefined ? {} : { settledBy }),
        }),
      );
    },
    recentHas(list, address) {
      if (run.recent.get(list)?.has(fieldKey(address))) return "yes";
      if (world.fresh) return "no";
      return ternary(
        run.assume(`recent:${list}`, {
          answer: false,
          about: words(`The recent list ${list} does not hold the sender yet.`, `recent 列表 ${list} 中还没有该来源。`),
          because: words("It is the first packet of this sender.", "这是该来源的第一个报文。"),
          settledBy: `cat /proc/net/xt_recent/${list}`,
        }),
      );
    },
    recentSet(list, address, present) {
      const held = run.recent.get(list) ?? new Set<string>();
      if (present) held.add(fieldKey(address));
      else held.delete(fieldKey(address));
      run.recent.set(list, held);
    },
    timesReached() {
      if (!world.fresh) return undefined;
      const times = run.reached.get(ruleKey(run, rule)) ?? 0;
      run.reached.set(ruleKey(run, rule), times + 1);
      return times;
    },
    wayBack: (packet, how) => wayBackBy(run, packet, how),
    ...ipvsOf(run, skb),
  };
}

/** `-m ipvs` looks at the IPVS connection of the packet, in either direction. */
function ipvsOf(run: Run, skb: Skb): Pick<MatchContext, "ipvs"> {
  const { packet } = skb;
  for (const c of run.ipvsConnections) {
    if (c.proto !== packet.proto || isSymbolic(c.virtual) || isSymbolic(c.virtualPort)) continue;
    const as = (direction: "original" | "reply"): Pick<MatchContext, "ipvs"> =>
      ({ ipvs: { vaddr: c.virtual, vport: c.virtualPort, proto: c.proto, direction, method: c.method } }) as Pick<
        MatchContext,
        "ipvs"
      >;
    const is = fieldKey;
    if (is(packet.src) === is(c.client) && is(packet.sport) === is(c.clientPort)) return as("original");
    if (is(packet.dst) === is(c.client) && is(packet.dport) === is(c.clientPort)) return as("reply");
  }
  return {};
}

const elementKey = (dims: readonly ("src" | "dst")[], packet: Packet): string =>
  `${dims.join(",")}:${fieldKey(packet.src)}:${fieldKey(packet.sport)}>${fieldKey(packet.dst)}:${fieldKey(packet.dport)}/${packet.proto}`;

/** A rule that only counts or logs changes nothing, so an unknown match on it needs no fork. */
export const hasNoEffect = (rule: Rule, inert: (name: string) => boolean): boolean =>
  rule.target === null || (rule.target.kind === "extension" && inert(rule.target.name));

export const ruleQuestion = (rule: Rule): ReturnType<typeof words> => {
  const place = verbatim(`${rule.table} ${rule.chain} rule ${rule.number}`).en;
  return words(`Does ${place} match?`, `${place} 是否命中？`);
};
