import { type Family, familyOf, type Ip } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, isSymbolic } from "../model/net/symbolic.ts";
import type { MatchContext } from "../model/netfilter/matches/match.ts";
import { holderOf, localType } from "./addresses.ts";
import { answersOf, type Conditions, conditionsIn, plainContext } from "./alike-answers.ts";
import { type Policy, policyOf, policyText } from "./alike-routes.ts";
import { anybody, type Endpoint, ownRules, type Shared, sharedChains } from "./alike-rules.ts";
import { isOnNode } from "./beyond.ts";
import type { Flow } from "./flow.ts";
import { schedulingText } from "./ipvs-schedule.ts";
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
  const plans = new Map<Family, Plan>();
  let last: Destined | undefined;
  return (flow) => {
    const family = familyOf(flow.to);
    let plan = plans.get(family);
    if (!plan) {
      plan = planOf(world, family, flow);
      plans.set(family, plan);
    }
    // flows to one Service are asked one after the other
    if (last?.to !== flow.to || last.port !== flow.port || last.proto !== flow.proto) last = destined(plan, flow);
    return keyOf(plan, last, flow);
  };
}

interface Plan {
  readonly run: Run;
  readonly context: MatchContext;
  /** Of each backend that holds rules. */
  readonly shared: readonly Shared[];
  readonly conditions: Conditions;
  readonly policy: Policy;
  /** The same number for the same text: texts of thousands of endpoints are put together and compared. */
  readonly numberOf: (text: string) => number;
}

function planOf(world: World, family: Family, flow: Flow): Plan {
  const ruleset = world.snapshot.iptables.get(family);
  const shared = [ruleset, ...(ruleset?.other ? [ruleset.other] : [])].map(sharedChains);
  const run = startRun(world, flow, []);
  return {
    run,
    context: plainContext(run),
    shared,
    conditions: conditionsIn(shared.flatMap((s) => s.rules)),
    policy: policyOf(world.snapshot),
    numberOf: numbering(),
  };
}

function numbering(): Plan["numberOf"] {
  const numbers = new Map<string, number>();
  return (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
}

/** All that hangs on the destination alone. */
interface Destined extends Pick<Flow, "to" | "port" | "proto"> {
  readonly says: number;
  readonly endpoints: readonly (Endpoint & { readonly way: number })[];
}

function destined(plan: Plan, { to, port, proto }: Flow): Destined {
  const { run } = plan;
  const endpoints = new Map<string, Endpoint>();
  const parts = plan.shared.flatMap((shared) => ownRules(shared, { to, port }, endpoints));
  for (const server of serversAt(run.world.snapshot.ipvs.servers, proto, to)) {
    if (server.port !== port && server.port !== 0) continue;
    parts.push(`virtual ${server.port === 0 ? "any" : "its"} port ${schedulingText(run.world.snapshot, server)}`);
    for (const real of server.realServers)
      endpoints.set(`${real.address} ${real.port}`, {
        address: real.address,
        port: real.port === 0 ? port : real.port,
        says: `${real.weight > 0} ${real.forwarding}`,
      });
  }
  const destination = (dst: Ip, dport: number): string => {
    const policy = policyText(plan.policy, { address: dst, port: dport, proto });
    const answers = answersOf(plan.conditions.ofDestination, packetOf(proto, anybody, dst, dport), plan.context);
    return `${addressText(run, dst)} ${wayText(run, dst)} ${policy} ${answers}`;
  };
  const nodePort = run.world.guess({ ask: "node-port", port, proto });
  const service = { address: to, port, proto };
  const isEndpoint = (e: Pick<Endpoint, "address" | "port">): string =>
    `endpoint ${run.world.guess({ ask: "endpoint", service, address: e.address, port: e.port })?.answer}`;
  parts.push(
    destination(to, port),
    `node port ${nodePort?.answer}`,
    ...plan.shared.flatMap((shared) => shared.dnats.map((d) => isEndpoint({ port, ...d }))),
  );
  return {
    to,
    port,
    proto,
    says: plan.numberOf(parts.join("\n")),
    endpoints: [...endpoints.values()].map((e) => {
      const own = plan.shared.flatMap((shared) => ownRules(shared, { to: e.address, port: e.port }, new Map()));
      return {
        ...e,
        way: plan.numberOf(`${e.says}|${isEndpoint(e)}|${destination(e.address, e.port)}|${own.join("|")}`),
      };
    }),
  };
}

function keyOf(plan: Plan, to: Destined, flow: Flow): string {
  const own = flow.source !== undefined && !isSymbolic(flow.source) ? flow.source : undefined;
  const isEndpoint = own !== undefined && to.endpoints.some((e) => e.address === own);
  const sender = isEndpoint ? "its own endpoint" : flow.source === undefined ? "" : fieldKey(flow.source);
  const senders: readonly Address[] = flow.source === undefined ? [to.to, anybody] : [flow.source];
  const { ofBoth } = plan.conditions;
  const between = (src: Address, dst: Address, dport: number): string =>
    answersOf(ofBoth, packetOf(to.proto, src, dst, dport), plan.context);
  const parts = [
    `${flow.from} IPv${familyOf(flow.to)} ${flow.proto} ${sender}`,
    to.says,
    ...senders.map((src) => between(src, to.to, to.port)),
  ];
  const ways = new Set<string>();
  for (const e of to.endpoints) {
    let way = `${e.address === own ? "itself" : ""}|${e.way}`;
    for (const src of senders) way += `|${between(src, e.address, e.port)}|${between(e.address, src, to.port)}`;
    ways.add(way);
  }
  return [...parts, ...[...ways].sort()].join("\n");
}

/** What the simulation asks of an address: what it is here, and whether kube-proxy alone has it. */
function addressText(run: Run, address: Ip): string {
  const found = localType(run, address);
  const service = run.world.guess({ ask: "service-address", address });
  const outside = run.world.guess({ ask: "outside-address", address });
  const local = found.type === "unknown" ? run.world.guess({ ask: "address-local", address }) : undefined;
  const source = found.route?.source === address ? "itself" : found.route?.source;
  return `${found.type} src ${source} ${local?.answer} ${service?.answer} ${outside?.answer} ${holderOf(run.world.snapshot, address)?.link.name}`;
}

/** How packets of the node itself get there. Which gateway it is does not count. */
function wayText(run: Run, address: Ip): string {
  const route = lookUp(run, { family: familyOf(address), dst: address, mark: 0 });
  const near = isOnNode(run, route.dev, route.via, address);
  // not asked of a Service's address, which ends there whatever it is
  const isService = run.world.guess({ ask: "service-address", address })?.answer === true;
  const ownRoute = route.via === undefined || isService ? undefined : run.world.guess({ ask: "pod-route", address });
  return `${route.type} ${fieldKey(route.dev)} ${route.via === undefined ? "" : "via"} ${ownRoute?.answer} ${near} ${route.source === address ? "itself" : route.source}`;
}

const somePort = { symbol: "port", says: { en: "", "zh-CN": "" }, range: [32768, 60999] } as const;
const packetOf = (proto: Flow["proto"], src: Address, dst: Address, dport: number): Packet => ({
  family: isSymbolic(dst) ? (isSymbolic(src) ? 4 : familyOf(src)) : familyOf(dst),
  proto,
  src,
  dst,
  sport: somePort,
  dport,
  mark: 0,
  in: null,
  out: null,
  flags: proto === "tcp" ? "S" : "",
});
