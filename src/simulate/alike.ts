import type { Ternary } from "../base/ternary.ts";
import { ternary } from "../base/ternary.ts";
import { setHas } from "../model/ipset/has.ts";
import { cidrHas } from "../model/net/cidr.ts";
import { bitsOf, familyOf, type Ip } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, isSymbolic } from "../model/net/symbolic.ts";
import { builtInChains } from "../model/netfilter/hook.ts";
import { matches } from "../model/netfilter/matches/index.ts";
import type { MatchContext } from "../model/netfilter/matches/match.ts";
import { printRule } from "../model/netfilter/print-rule.ts";
import { type Rule, rulesOf } from "../model/netfilter/rule.ts";
import type { Ruleset, Table } from "../model/netfilter/ruleset.ts";
import { targets } from "../model/netfilter/targets/index.ts";
import { holderOf, localType } from "./addresses.ts";
import { isOnNode } from "./beyond.ts";
import { onlyAddress, onlyPort, onlySource } from "./chain-index.ts";
import type { Flow } from "./flow.ts";
import { serversAt } from "./known-places.ts";
import { lookUp } from "./routing.ts";
import { type Run, startRun } from "./run.ts";
import type { World } from "./world.ts";

/**
 * Which flows of a node must end alike, so that one of them may speak for all.
 *
 * What becomes of a packet hangs on its destination only through: rules that ask for just this address or port (its
 * Service's own rules and the chains that only they lead to), what all other rules that look at addresses or ports answer, the
 * sets it is in, the virtual server it meets, and the routes to it and to its endpoints. Two flows from the same
 * place for which all of that is the same, names and addresses of their own put aside, take the same way. The key of a
 * flow is that, written out. How many endpoints share one way does not count: the kernel draws, and every draw of that
 * kind ends alike.
 */
export function likenessIn(world: World): (flow: Flow) => string {
  const plans = new Map<number, Plan>();
  return (flow) => {
    const family = familyOf(flow.to);
    let plan = plans.get(family);
    if (!plan) {
      plan = planOf(world, family);
      plans.set(family, plan);
    }
    return keyOf(world, plan, flow);
  };
}

/** A chain that packets of every Service may meet, its rules sorted by what they ask for. */
interface SharedChain {
  readonly table: Table;
  readonly name: string;
  /** Rules for one address or port, each with the number of other rules before it. */
  readonly own: ReadonlyMap<string, readonly { readonly rule: Rule; readonly after: number }[]>;
}
interface Plan {
  readonly chains: readonly SharedChain[];
  readonly names: ReadonlySet<string>;
  /** Rules of shared chains whose answer may hang on addresses or ports. */
  readonly asking: readonly Rule[];
}

/** Matches whose answer is the same whatever the packet's addresses and ports are. */
const blind: ReadonlySet<string> = new Set([
  "comment",
  "mark",
  "connmark",
  "state",
  "statistic",
  "physdev",
  "limit",
  "pkttype",
  "owner",
  "mac",
  "length",
  "ttl",
  "hl",
  "dscp",
  "tos",
  "nfacct",
  "icmp",
  "icmp6",
]);

function planOf(world: World, family: 4 | 6): Plan {
  const ruleset: Ruleset | undefined = world.snapshot.iptables.get(family);
  const chains: SharedChain[] = [];
  const asking: Rule[] = [];
  const names = new Set<string>();
  for (const table of ruleset?.tables.values() ?? []) {
    const waiting: string[] = [...builtInChains[table.name]];
    const met = new Set(waiting);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const chain = table.chains.get(name);
      names.add(`${table.name} ${name}`);
      if (!chain) continue;
      const own = new Map<string, { rule: Rule; after: number }[]>();
      let after = 0;
      for (const rule of rulesOf(chain.rules)) {
        const key = ownKey(rule);
        if (key !== undefined) {
          const list = own.get(key);
          if (list) list.push({ rule, after });
          else own.set(key, [{ rule, after }]);
          continue;
        }
        after++;
        if (looksAtAddresses(rule)) asking.push(rule);
        const to = rule.target?.kind === "chain" ? rule.target.name : undefined;
        if (to !== undefined && !met.has(to)) {
          met.add(to);
          waiting.push(to);
        }
      }
      chains.push({ table, name, own });
    }
  }
  return { chains, names, asking };
}

const addressKey = (ip: string): string => `d ${ip}`;
const portKey = (port: unknown): string => `p ${port}`;
function ownKey(rule: Rule): string | undefined {
  const address = onlyAddress(rule);
  if (address !== undefined) return addressKey(address);
  const port = onlyPort(rule);
  return port === undefined ? undefined : portKey(port);
}

const looksAtAddresses = ({ header, matches: list }: Rule): boolean =>
  header.source !== undefined ||
  header.destination !== undefined ||
  header.proto !== undefined ||
  list.some((m) => !blind.has(m.name));

function keyOf(world: World, plan: Plan, flow: Flow): string {
  const run = startRun(world, flow, []);
  const parts: string[] = [`${flow.from} ${flow.proto}`];
  const endpoints = new Map<string, Endpoint>();
  parts.push(...ownRules(plan, flow, endpoints));
  for (const server of serversAt(world.snapshot.ipvs.servers, flow.proto, flow.to)) {
    if (server.port !== flow.port && server.port !== 0) continue;
    parts.push(`virtual ${server.port === 0 ? "any" : "its"} port`);
    for (const real of server.realServers)
      endpoints.set(`${real.address} ${real.port}`, {
        address: real.address,
        port: real.port === 0 ? flow.port : real.port,
        says: `${real.weight > 0} ${real.forwarding}`,
      });
  }
  const self = flow.source !== undefined && !isSymbolic(flow.source) ? flow.source : undefined;
  const isOwn = self !== undefined && [...endpoints.values()].some((e) => e.address === self);
  parts.push(isOwn ? "from its own endpoint" : flow.source === undefined ? "" : fieldKey(flow.source));
  parts.push(addressText(run, flow.to));
  const senders: readonly Address[] = flow.source === undefined ? [flow.to, anybody] : [flow.source];
  for (const src of senders) parts.push(answers(run, plan, packetOf(flow, src, flow.to, flow.port)));
  const ways = new Set<string>();
  for (const e of endpoints.values()) ways.add(endpointText(run, plan, flow, senders, e, e.address === self));
  parts.push(...[...ways].sort());
  return parts.join("\n");
}

/** Rules of shared chains that ask for just this destination, in their places. */
function ownRules(plan: Plan, to: Destination, endpoints: Map<string, Endpoint>): string[] {
  const written = new Map<string, number>();
  return plan.chains.flatMap(({ table, name, own }) =>
    [...(own.get(addressKey(to.to)) ?? []), ...(own.get(portKey(to.port)) ?? [])]
      .sort((a, b) => a.rule.number - b.rule.number)
      .map(
        ({ rule, after }) =>
          `${table.name} ${name} ${after} ${ruleText({ plan, table, to, endpoints, written }, rule, nobody)}`,
      ),
  );
}

type Destination = Pick<Flow, "to" | "port">;

interface Endpoint {
  readonly address: Ip;
  readonly port: number;
  readonly says: string;
}

const nobody: ReadonlySet<string> = new Set();
const anybody: Address = { symbol: "anybody", says: { en: "", "zh-CN": "" }, local: false };

/** What the simulation asks of an address: what it is here, and whether kube-proxy alone has it. */
function addressText(run: Run, address: Ip): string {
  const found = localType(run, address);
  const service = run.world.guess({ ask: "service-address", address });
  const local = found.type === "unknown" ? run.world.guess({ ask: "address-local", address }) : undefined;
  return `${found.type} ${local?.answer} ${service?.answer} ${holderOf(run.world.snapshot, address)?.link.name}`;
}

function endpointText(
  run: Run,
  plan: Plan,
  flow: Flow,
  senders: readonly Address[],
  e: Endpoint,
  isSender: boolean,
): string {
  const route = lookUp(run, { family: familyOf(e.address), dst: e.address, mark: 0 });
  const near = isOnNode(run, route.dev, route.via, e.address);
  const way = `${route.type} ${fieldKey(route.dev)} ${route.via === undefined ? "" : "via"} ${near} ${route.source}`;
  const there = senders.map((src) => answers(run, plan, packetOf(flow, src, e.address, e.port)));
  const back = senders.map((src) => answers(run, plan, packetOf(flow, e.address, src, flow.port)));
  const own = ownRules(plan, { to: e.address, port: e.port }, new Map());
  return [isSender ? "itself" : "", e.says, way, addressText(run, e.address), ...there, ...back, ...own].join("|");
}

const packetOf = (flow: Flow, src: Address, dst: Address, dport: number): Packet => ({
  family: familyOf(flow.to),
  proto: flow.proto,
  src,
  dst,
  sport: { symbol: "port", says: { en: "", "zh-CN": "" }, range: [32768, 60999] },
  dport,
  mark: 0,
  in: null,
  out: null,
  flags: flow.proto === "tcp" ? "S" : "",
});

/** What each rule that looks at addresses or ports answers, condition by condition, whatever else the packet is. */
function answers(run: Run, plan: Plan, packet: Packet): string {
  let text = "";
  const say = (answer: Ternary): void => {
    text += answer === "yes" ? "y" : answer === "no" ? "n" : "?";
  };
  const context = contextOf(run);
  for (const { header, matches: list } of plan.asking) {
    for (const [side, address] of [
      [header.source, packet.src],
      [header.destination, packet.dst],
    ] as const)
      if (side) say(isSymbolic(address) ? "unknown" : ternary(cidrHas(side.is, address)));
    if (header.proto) say(ternary(header.proto.is === packet.proto));
    for (const m of list)
      if (!blind.has(m.name)) say(matches.get(m.name)?.test?.(m.value, packet, context) ?? "unknown");
  }
  return text;
}

/** Asks no more than where the packet comes from and goes to; assumes nothing, remembers nothing. */
const contextOf = (run: Run): MatchContext => ({
  hook: "PREROUTING",
  connection: null,
  addressType(address, type, iface) {
    const found = localType(run, address, iface);
    return found.type === "unknown" ? "unknown" : ternary(found.type === type);
  },
  inSet(name, dims, packet) {
    const { byName } = run.world.snapshot.sets;
    const set = byName.get(name);
    const has = set ? setHas(set, dims, packet, (member) => byName.get(member)) : "unknown";
    if (has !== "unknown") return has;
    const guess = run.world.guess({ ask: "set-member", set: name, dims, packet });
    return guess ? ternary(guess.answer) : "unknown";
  },
  random: () => "unknown",
  assume: () => "unknown",
  recentHas: () => "unknown",
  recentSet: () => {},
  timesReached: () => undefined,
});

/** Writing out of one Service's own rules. */
interface Writing {
  readonly plan: Plan;
  readonly table: Table;
  readonly to: Destination;
  readonly endpoints: Map<string, Endpoint>;
  /** Chains that were written out before, or are being: a second time their number stands for them. */
  readonly written: Map<string, number>;
}

/** A rule of the Service's own, with everything that is only its own put aside; chains of its own are written out. */
function ruleText(w: Writing, rule: Rule, dnats: ReadonlySet<string>): string {
  const { target } = rule;
  const text = conditionsOf(rule, w.to, dnats);
  if (!target) return text;
  if (target.kind !== "chain") {
    const to = dnatOf(rule);
    if (!to) return `${text} ${target.name} ${JSON.stringify(target.value ?? target.text)}`;
    const port = to.port ?? w.to.port;
    w.endpoints.set(`${to.address} ${port}`, { address: to.address, port, says: "DNAT" });
    return `${text} DNAT`;
  }
  const way = `${text} ${target.goto ? "goto" : "jump"}`;
  const key = `${w.table.name} ${target.name}`;
  if (w.plan.names.has(key)) return `${way} ${target.name}`;
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
    if (line !== lines[lines.length - 1]) lines.push(line);
  }
  return `${way} (${lines.join("; ")})`;
}

/** As iptables-save prints them, but for comments, its own address and port, and an endpoint's own address. */
function conditionsOf(rule: Rule, { to, port }: Destination, dnats: ReadonlySet<string>): string {
  const bits = bitsOf(familyOf(to));
  let text = printRule({
    ...rule,
    chain: "",
    target: null,
    matches: rule.matches.filter((m) => m.name !== "comment"),
  });
  const source = onlySource(rule);
  if (source !== undefined && dnats.has(source)) text = text.replace(`-s ${source}/${bits}`, "-s itself");
  return text
    .replace(`-d ${to}/${bits}`, "-d it")
    .replace(`-s ${to}/${bits}`, "-s it")
    .replace(new RegExp(`--dport ${port}(?!\\d)`), "--dport its")
    .replace(/--probability \S+/, "--probability p")
    .replace(/KUBE-SEP-[A-Z2-7]{16}/g, "KUBE-SEP");
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
