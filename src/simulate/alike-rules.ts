import { cidrHas, printCidr } from "../model/net/cidr.ts";
import type { Ip } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import type { Address } from "../model/net/symbolic.ts";
import { builtInChains } from "../model/netfilter/hook.ts";
import { printMatch } from "../model/netfilter/print-rule.ts";
import { type Negatable, type Rule, type RuleMatch, rulesOf } from "../model/netfilter/rule.ts";
import type { Ruleset, Table } from "../model/netfilter/ruleset.ts";
import { targets } from "../model/netfilter/targets/index.ts";
import { inRange, type NumberRange } from "../model/netfilter/values/number-range.ts";
import { onlyAddress, onlyPort, onlySource } from "./chain-index.ts";
import type { Flow } from "./flow.ts";

/** A rule for one address or port, in a chain that packets of every Service may meet. */
interface OwnRule {
  readonly table: Table;
  /** Which of these chains it is. */
  readonly chain: number;
  readonly rule: Rule;
  /** How many rules for everybody stand before it. */
  readonly after: number;
}

/** What rules for everybody lead to, and these rules. */
export interface Shared {
  /** Rules of these chains that are for one address or port, by that. */
  readonly own: ReadonlyMap<string, readonly OwnRule[]>;
  readonly names: ReadonlySet<string>;
  readonly rules: readonly Rule[];
  /** Where rules for everybody send packets (DNAT). */
  readonly dnats: readonly { readonly address: Ip; readonly port?: number }[];
}

export type Destination = Pick<Flow, "to" | "port">;
export interface Endpoint {
  readonly address: Ip;
  readonly port: number;
  /** How it is reached, apart from routes. */
  readonly says: string;
}

export function sharedChains(ruleset: Ruleset | undefined): Shared {
  const own = new Map<string, OwnRule[]>();
  let chains = 0;
  const rules: Rule[] = [];
  const names = new Set<string>();
  for (const table of ruleset?.tables.values() ?? []) {
    const waiting: string[] = [...builtInChains[table.name]];
    const met = new Set(waiting);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const chain = table.chains.get(name);
      names.add(`${table.name} ${name}`);
      if (!chain) continue;
      let after = 0;
      for (const rule of rulesOf(chain.rules)) {
        const key = ownKey(rule);
        if (key !== undefined) {
          const list = own.get(key);
          const one = { table, chain: chains, rule, after };
          if (list) list.push(one);
          else own.set(key, [one]);
          continue;
        }
        after++;
        rules.push(rule);
        const to = rule.target?.kind === "chain" ? rule.target.name : undefined;
        if (to !== undefined && !met.has(to)) {
          met.add(to);
          waiting.push(to);
        }
      }
      chains++;
    }
  }
  return { own, names, rules, dnats: rules.flatMap((rule) => dnatOf(rule) ?? []) };
}

const addressKey = (ip: string): string => `d ${ip}`;
const portKey = (port: unknown): string => `p ${port}`;
function ownKey(rule: Rule): string | undefined {
  const address = onlyAddress(rule);
  if (address !== undefined) return addressKey(address);
  const port = onlyPort(rule);
  return port === undefined ? undefined : portKey(port);
}

/** Writing out of one destination's own rules. */
interface Writing {
  readonly shared: Shared;
  readonly table: Table;
  readonly to: Destination;
  readonly endpoints: Map<string, Endpoint>;
  /** Chains that were written out before, or are being: a second time their number stands for them. */
  readonly written: Map<string, number>;
}

/** Rules of shared chains that ask for just this destination, in their places. Fills `endpoints` with where they lead. */
export function ownRules(shared: Shared, to: Destination, endpoints: Map<string, Endpoint>): string[] {
  const written = new Map<string, number>();
  const lines: string[] = [];
  const byAddress = shared.own.get(addressKey(to.to)) ?? [];
  const byPort = shared.own.get(portKey(to.port)) ?? [];
  const inOrder = [...byAddress, ...byPort].sort((a, b) => a.chain - b.chain || a.rule.number - b.rule.number);
  for (const { table, rule, after } of inOrder) {
    const text = ruleText({ shared, table, to, endpoints, written }, rule, nobody);
    if (text !== undefined) lines.push(`${table.name} ${rule.chain} ${after} ${text}`);
  }
  return lines;
}

const nobody: ReadonlySet<string> = new Set();

/**
 * A rule of the Service's own, with everything that is only its own put aside; chains of its own are written out.
 * Undefined: it asks for another destination, so the packet passes it by.
 */
function ruleText(w: Writing, rule: Rule, dnats: ReadonlySet<string>): string | undefined {
  const { target } = rule;
  const text = conditions(rule, w.to, dnats);
  if (text === undefined || !target) return text;
  if (target.kind !== "chain") {
    const to = dnatOf(rule);
    if (!to) return `${text} ${target.name} ${JSON.stringify(target.value ?? target.text)}`;
    const port = to.port ?? w.to.port;
    w.endpoints.set(`${to.address} ${port}`, { address: to.address, port, says: "DNAT" });
    return `${text} DNAT`;
  }
  const way = `${text} ${target.goto ? "goto" : "jump"}`;
  const key = `${w.table.name} ${target.name}`;
  if (w.shared.names.has(key)) return `${way} ${target.name}`;
  const before = w.written.get(key);
  if (before !== undefined) return `${way} #${before}`;
  w.written.set(key, w.written.size);
  const chain = w.table.chains.get(target.name);
  if (!chain) return `${way} unseen ${target.name}`;
  const rules = [...rulesOf(chain.rules)];
  const inner: ReadonlySet<string> = new Set(rules.flatMap((r) => dnatOf(r)?.address ?? []));
  const lines: string[] = [];
  for (const r of rules) {
    const line = ruleText(w, r, inner);
    if (line !== undefined && line !== lines[lines.length - 1]) lines.push(line);
  }
  return `${way} (${lines.join("; ")})`;
}

/**
 * Everything a rule asks, but for comments, the destination, and an endpoint's own address. The destination stays the same for
 * the whole walk of a table, so what is asked of it is answered here: undefined if the answer is no.
 */
function conditions(rule: Rule, { to, port }: Destination, dnats: ReadonlySet<string>): string | undefined {
  const { source, destination, in: from, out, proto, fragment } = rule.header;
  let text = rule.understood ? "" : (rule.leftover ?? "not understood");
  const only = onlySource(rule);
  if (source)
    text +=
      only === undefined
        ? `${source.negated ? "!" : ""}-s ${printCidr(source.is)}`
        : `-s ${dnats.has(only) ? "itself" : only === to ? "it" : only}`;
  if (destination && cidrHas(destination.is, to) === destination.negated) return undefined;
  if (from) text += `${from.negated ? "!" : ""}-i ${from.is}`;
  if (out) text += `${out.negated ? "!" : ""}-o ${out.is}`;
  if (proto) text += `${proto.negated ? "!" : ""}-p ${proto.is}`;
  if (fragment) text += `${fragment.negated ? "!" : ""}-f`;
  for (const hidden of rule.hidden ?? []) text += ` hides ${hidden}`;
  for (const match of rule.matches) {
    if (match.name === "comment") continue;
    const asks = matchText(match, port);
    if (asks === undefined) return undefined;
    text += ` ${asks}`;
  }
  return text;
}

/** What a match asks, but for the ports of a destination. */
interface Asks {
  readonly text: string;
  readonly dport?: Negatable<NumberRange>;
}

/** Names of endpoint chains and the odds of a draw are the Service's own. */
const ownNames = /KUBE-SEP-[A-Z2-7]{16}/g;
function asksOf(match: RuleMatch): Asks {
  const { name, value } = match;
  if (name === "tcp" || name === "udp") {
    const { dport, ...rest } = (value ?? {}) as { dport?: Negatable<NumberRange> };
    if (value !== undefined && Object.values(rest).every((v) => v === undefined))
      return { text: name, ...(dport ? { dport } : {}) };
  }
  const text = printMatch(match);
  if (name === "statistic") return { text: text.replace(/--probability \S+/, "--probability p") };
  return { text: name === "recent" ? text.replace(ownNames, "KUBE-SEP") : text };
}

/** Rules of one dump share the matches that they spell alike. */
const known = new WeakMap<RuleMatch, Asks>();
function matchText(match: RuleMatch, port: number): string | undefined {
  let asks = known.get(match);
  if (!asks) {
    asks = asksOf(match);
    known.set(match, asks);
  }
  const { text, dport } = asks;
  return !dport || inRange(port, dport.is) !== dport.negated ? text : undefined;
}

/** The one address that a DNAT rule sets, and its port. */
function dnatOf({ target }: Rule): { readonly address: Ip; readonly port?: number } | undefined {
  if (target?.kind !== "extension" || target.name !== "DNAT" || target.value === undefined) return undefined;
  const effect = targets.get("DNAT")?.effect(target.value, neutral);
  if (effect?.kind !== "dnat") return undefined;
  const { addresses, ports } = effect.range;
  if (!addresses || addresses[0] !== addresses[1] || (ports && ports[0] !== ports[1])) return undefined;
  return { address: addresses[0], ...(ports ? { port: ports[0] } : {}) };
}

/** Anybody's address: neither the node's nor one that a rule names. */
export const anybody: Address = { symbol: "anybody", says: { en: "", "zh-CN": "" }, local: false };
const neutral: Packet = {
  family: 4,
  proto: "tcp",
  src: anybody,
  dst: anybody,
  sport: 0,
  dport: 0,
  mark: 0,
  in: null,
  out: null,
  flags: "",
};
