import { words } from "../base/words.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Clue } from "./clue.ts";
import { plainSetName } from "./names.ts";
import { chainOf, commentOf, hasWord, jumpOf, rulesIn, setsOf } from "./rule-words.ts";
import { type VersionRange, version } from "./version.ts";

const since = (minor: number, patch = 0): VersionRange => ({ atLeast: version(minor, patch) });
const until = (minor: number, patch = 0): VersionRange => ({ below: version(minor, patch) });
const between = (from: number, below: number): VersionRange => ({ atLeast: version(from), below: version(below) });

/** Chains that date a dump of ipvs mode (reference: kube-proxy's ipvs/proxier.go, 1.8 to 1.36). */
const chains: readonly (readonly ["nat" | "filter", string, VersionRange])[] = [
  ["nat", "KUBE-FIRE-WALL", between(9, 11)],
  ["nat", "KUBE-NODE-PORT", since(11)],
  ["nat", "KUBE-LOAD-BALANCER", since(11)],
  ["nat", "KUBE-FIREWALL", between(11, 25)],
  ["filter", "KUBE-FORWARD", since(11)],
  ["filter", "KUBE-NODE-PORT", since(21)],
  ["filter", "KUBE-PROXY-FIREWALL", since(25)],
  ["filter", "KUBE-IPVS-FILTER", since(26)],
  ["filter", "KUBE-IPVS-OUT-FILTER", since(29)],
];

/** kube-proxy makes every set of its version, empty or not. */
const sets: readonly (readonly [string, VersionRange])[] = [
  ["KUBE-LOAD-BALANCER-MASQ", between(9, 11)],
  ["KUBE-LOAD-BALANCER-FW", since(11)],
  ["KUBE-NODE-PORT-LOCAL-TCP", since(11)],
  ["KUBE-NODE-PORT-SCTP", between(13, 15)],
  ["KUBE-NODE-PORT-SCTP-HASH", since(15)],
  ["KUBE-EXTERNAL-IP-LOCAL", since(18)],
  ["KUBE-HEALTH-CHECK-NODE-PORT", since(21)],
  ["KUBE-IPVS-IPS", since(26)],
];

/** Which version wrote these rules, ipvs mode. Only what is there counts, but for sets that every version makes. */
export function ipvsClues(snapshot: NodeSnapshot, ruleset: Ruleset): Clue[] {
  const clues: Clue[] = [];
  for (const [table, name, range] of chains) {
    const chain = chainOf(ruleset, table, name);
    if (!chain) continue;
    const at = chain.at ?? chain.rules.at(0)?.at;
    clues.push({
      id: `chain ${table} ${name}`,
      says: words(`${table} has the chain ${name}`, `${table} 表中有 ${name} 链`),
      from: table,
      range,
      ...(at ? { at } : {}),
    });
  }
  clues.push(...serviceRules(ruleset), ...filterRules(ruleset), ...setClues(snapshot));
  return clues;
}

function* serviceRules(ruleset: Ruleset): Generator<Clue> {
  const seen = new Set<string>();
  const once = (id: string): boolean => !seen.has(id) && seen.add(id) !== undefined;
  for (const chain of ["KUBE-SERVICES", "KUBE-POSTROUTING", "KUBE-NODE-PORT", "KUBE-LOAD-BALANCER"])
    for (const r of rulesIn(ruleset, "nat", chain)) {
      const kube = setsOf(r).filter((s) => s.set.startsWith("KUBE-"));
      const at = r.rule.at;
      if (kube.length > 0 && jumpOf(r) !== "ACCEPT")
        if (commentOf(r) === undefined) {
          if (once("bare"))
            yield {
              id: "set rules without comment",
              says: words("rules over sets bear no comment", "查询集合的规则没有注释"),
              at,
              from: "nat",
              range: between(9, 11),
            };
        } else if (once("commented"))
          yield {
            id: "set rules with comment",
            says: words("rules over sets bear comments", "查询集合的规则带有注释"),
            at,
            from: "nat",
            range: since(11),
          };
      if (kube.some((s) => s.flags === "src,dst") && once("src,dst"))
        yield {
          id: "src,dst",
          says: words(
            "a rule marks what comes from a cluster IP (src,dst)",
            "有规则给来自 cluster IP 的报文打标记（src,dst）",
          ),
          at,
          from: "nat",
          range: since(11, 1),
        };
      if (chain !== "KUBE-SERVICES") continue;
      if (jumpOf(r) === "KUBE-NODE-PORT" && hasWord(r, "addrtype") && once("addrtype"))
        yield {
          id: "addrtype to KUBE-NODE-PORT",
          says: words("node ports are found by addrtype LOCAL", "NodePort 由 addrtype LOCAL 识别"),
          at,
          from: "nat",
          range: since(12),
        };
      if (jumpOf(r) === "KUBE-NODE-PORT" && kube.some((s) => s.set === "KUBE-NODE-PORT-TCP") && once("tcp jump"))
        yield {
          id: "KUBE-NODE-PORT-TCP to KUBE-NODE-PORT",
          says: words("node ports are found by their set", "NodePort 由集合识别"),
          at,
          from: "nat",
          range: between(11, 12),
        };
      if (jumpOf(r) === "RETURN" && r.text.includes("-s 127.0.0.0/8") && once("loopback"))
        yield {
          id: "loopback RETURN",
          says: words(
            "traffic from 127.0.0.0/8 is let out of KUBE-SERVICES",
            "来自 127.0.0.0/8 的报文直接离开 KUBE-SERVICES",
          ),
          at,
          from: "nat",
          range: since(26),
        };
    }
}

function* filterRules(ruleset: Ruleset): Generator<Clue> {
  for (const r of rulesIn(ruleset, "filter", "KUBE-FORWARD")) {
    if (commentOf(r) === "kubernetes forwarding conntrack rule")
      yield {
        id: "forwarding conntrack rule",
        says: words("KUBE-FORWARD has one conntrack rule", "KUBE-FORWARD 只有一条 conntrack 规则"),
        at: r.rule.at,
        from: "filter",
        range: since(23),
      };
    if (commentOf(r) === "kubernetes forwarding conntrack pod source rule")
      yield {
        id: "pod source rule",
        says: words("KUBE-FORWARD has a conntrack pod source rule", "KUBE-FORWARD 有 conntrack pod source 规则"),
        at: r.rule.at,
        from: "filter",
        range: between(12, 23),
      };
  }
  for (const r of rulesIn(ruleset, "filter", "KUBE-IPVS-FILTER"))
    for (const s of setsOf(r)) {
      const name = plainSetName(s.set);
      if (name === "KUBE-HEALTH-CHECK-NODE-PORT")
        yield {
          id: "health check RETURN",
          says: words("KUBE-IPVS-FILTER spares health check ports", "KUBE-IPVS-FILTER 放行健康检查端口"),
          at: r.rule.at,
          from: "filter",
          range: since(28),
        };
      if (name === "KUBE-EXTERNAL-IP-LOCAL")
        yield {
          id: "external local RETURN",
          says: words("KUBE-IPVS-FILTER spares KUBE-EXTERNAL-IP-LOCAL", "KUBE-IPVS-FILTER 放行 KUBE-EXTERNAL-IP-LOCAL"),
          at: r.rule.at,
          from: "filter",
          range: since(30),
        };
    }
}

function* setClues(snapshot: NodeSnapshot): Generator<Clue> {
  const byPlain = new Map([...snapshot.sets.byName.values()].map((set) => [plainSetName(set.name), set]));
  for (const [name, range] of sets) {
    const set = byPlain.get(name);
    if (set)
      yield {
        id: `set ${name}`,
        says: words(`the set ${name} exists`, `存在集合 ${name}`),
        at: set.at,
        from: "sets",
        range,
      };
  }
  const anchor = byPlain.get("KUBE-LOOP-BACK") ?? byPlain.get("KUBE-CLUSTER-IP");
  if (snapshot.sets.coverage === "whole" && anchor && !byPlain.has("KUBE-NODE-PORT-LOCAL-TCP"))
    yield {
      id: "no set KUBE-NODE-PORT-LOCAL-TCP",
      says: words(
        "there is no set KUBE-NODE-PORT-LOCAL-TCP, which every kube-proxy since 1.11 makes",
        "没有集合 KUBE-NODE-PORT-LOCAL-TCP，而 1.11 起的 kube-proxy 都会创建它",
      ),
      at: anchor.at,
      from: "sets",
      range: until(11),
    };
}
