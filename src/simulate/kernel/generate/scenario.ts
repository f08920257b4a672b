import {
  bare,
  familyOfText,
  nodeAddresses,
  peerAddresses,
  peerNamed,
  podAddresses,
  ports,
  serviceAddresses,
} from "../places.ts";
import { Random } from "../random.ts";
import type { Attempt, NodeSetup, Scenario } from "../scenario.ts";
import { generateRouting, heldBy } from "./routing.ts";
import { generateCommonSets, generateSets } from "./sets.ts";
import { generateTables } from "./tables.ts";

/** One way to set the node up, and connections tried through it: all that a number decides. */
export function generateScenario(seed: number, attempts: number): Scenario {
  const random = new Random(seed);
  const sets4 = generateSets(random, 4);
  const sets6 = generateSets(random, 6);
  const common = generateCommonSets(random, [...sets4, ...sets6]);
  const routing = generateRouting(random);
  const setup: NodeSetup = {
    name: `seed ${seed}`,
    backend: random.chance(0.15) ? "nft" : "legacy",
    ...routing,
    hairpin: random.some(["vetha", "vethb"], 0.5),
    routesServices: random.chance(0.3),
    ipset: `${[...sets4, ...sets6, ...common].map((set) => set.text).join("\n")}\n`,
    iptables: generateTables(random, 4, [...sets4, ...common]),
    ip6tables: generateTables(random, 6, [...sets6, ...common]),
  };
  return { setup, attempts: Array.from({ length: attempts }, () => generateAttempt(random, setup)) };
}

function generateAttempt(random: Random, setup: NodeSetup): Attempt {
  const family = random.chance(0.6) ? 4 : 6;
  const of = (list: readonly string[]): string[] => list.filter((a) => familyOfText(a) === family);
  const own = [
    ...nodeAddresses.map(([, a]) => bare(a)).filter((a) => familyOfText(a) === family),
    ...heldBy(setup, family),
  ];
  const proto = random.chance(0.6) ? "tcp" : "udp";
  const port = random.one(ports);
  const destination = (besides: readonly string[], services: boolean): string => {
    const others = (list: readonly string[]): string[] => list.filter((a) => !besides.includes(a));
    return random.weighted<() => string>([
      [services ? 4 : 0, () => random.one(of(serviceAddresses))],
      [2, () => random.one(own)],
      [2, () => random.one(others(peerAddresses(family)))],
      [1, () => random.one(others(podAddresses(family)))],
    ])();
  };
  return random.weighted<() => Attempt>([
    [4, () => ({ ...fromHost(random, family, own, destination([], true)), port, proto })],
    [
      4,
      () => {
        const from = random.one(["poda", "podb", "podc"] as const);
        const addresses = of(peerNamed(from).addresses);
        const vantage = random.chance(0.1) ? "hairpin" : "pod";
        return { from, vantage, source: addresses[0] ?? "", to: destination(addresses, true), port, proto };
      },
    ],
    [
      3,
      () => {
        const from = random.one(["client", "client", "server"] as const);
        const peer = peerNamed(from);
        const addresses = of([...peer.addresses, ...peer.behind]);
        const to = destination(addresses, from === "server" || setup.routesServices);
        return { from, vantage: "external", source: random.one(addresses), to, port, proto };
      },
    ],
  ])();
}

function fromHost(
  random: Random,
  family: 4 | 6,
  own: readonly string[],
  to: string,
): Pick<Attempt, "from" | "vantage" | "source" | "to"> {
  const loopback = family === 4 ? random.one(["127.0.0.1", "127.0.0.5"]) : "::1";
  const place = { from: "node", vantage: "host", to: random.chance(0.07) ? loopback : to } as const;
  if (random.chance(0.6)) return place;
  return { ...place, source: random.chance(0.1) ? (family === 4 ? "127.0.0.1" : "::1") : random.one(own) };
}
