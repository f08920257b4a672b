import { words } from "../../base/words.ts";
import { ipvsDevice } from "../../kube-proxy/names.ts";
import type { IpSet } from "../../model/ipset/set.ts";
import type { VirtualServer } from "../../model/ipvs/virtual-server.ts";
import { printCidr } from "../../model/net/cidr.ts";
import type { Coverage, NodeSnapshot } from "../../model/node/snapshot.ts";
import type { Route } from "../../model/routing/route.ts";
import type { SideName } from "../finding.ts";
import type { Side } from "../side.ts";
import { type Draft, exchanged } from "./draft.ts";

/** Differences of everything but tables. What a side borrowed is not compared with where it came from. */
export function* compareParts(healthy: Side, broken: Side): Generator<Draft> {
  yield* sets(healthy.pasted, broken.pasted);
  yield* servers(healthy.pasted, broken.pasted);
  yield* serviceAddresses(healthy.pasted, broken.pasted);
  yield* routes(healthy.pasted, broken.pasted);
  yield* sysctls(healthy.pasted, broken.pasted);
  yield* configuration(healthy.pasted, broken.pasted);
}

const sideWords: Readonly<Record<SideName, string>> = { healthy: "正常", broken: "异常" };
const few = (items: readonly string[]): string =>
  items.slice(0, 5).join(" ") + (items.length > 5 ? ` … (${items.length})` : "");

function* sets(healthy: NodeSnapshot, broken: NodeSnapshot): Generator<Draft> {
  if (healthy.sets.coverage === "absent" || broken.sets.coverage === "absent") return;
  for (const name of new Set([...healthy.sets.byName.keys(), ...broken.sets.byName.keys()])) {
    const h = healthy.sets.byName.get(name);
    const b = broken.sets.byName.get(name);
    if (h && b) yield* entries(h, b);
    else {
      const side: SideName = h ? "healthy" : "broken";
      const set = h ?? b;
      const whole = (h ? broken : healthy).sets.coverage === "whole";
      if (set)
        yield {
          about: "set",
          says: words(`the set ${name} is on the ${side} node only`, `集合 ${name} 只在${sideWords[side]}节点上`),
          [side]: { text: `create ${name} ${set.type}`, at: set.at },
          otherwise: !name.startsWith("KUBE-") ? "third-party" : whole ? "build" : "unknown",
        };
    }
  }
}

function* entries(h: IpSet, b: IpSet): Generator<Draft> {
  const there = new Set(Array.from(h.entries, (e) => e.text));
  const here = new Set(Array.from(b.entries, (e) => e.text));
  const left = [...h.entries].filter((e) => !here.has(e.text));
  const right = [...b.entries].filter((e) => !there.has(e.text));
  if (left.length === 0 && right.length === 0) return;
  const [l] = left;
  const [r] = right;
  yield {
    about: "set",
    says: words(
      `the set ${h.name} holds other entries: ${left.length} on the healthy node only, ${right.length} on the broken one only`,
      `集合 ${h.name} 的集合项不同：${left.length} 项只在正常节点上，${right.length} 项只在异常节点上`,
    ),
    healthy: { text: few(left.map((e) => e.text)), at: l?.at ?? h.at },
    broken: { text: few(right.map((e) => e.text)), at: r?.at ?? b.at },
    otherwise: !h.name.startsWith("KUBE-") ? "third-party" : h.whole && b.whole ? "noise" : "unknown",
    without: exchanged(h, b, (s, set) => ({
      ...s,
      sets: { ...s.sets, byName: new Map(s.sets.byName).set(set.name, set) },
    })),
  };
}

const serverKey = (s: VirtualServer): string =>
  `-A -${s.proto === "tcp" ? "t" : s.proto === "udp" ? "u" : "sctp"} ${s.address}:${s.port}`;

function* servers(healthy: NodeSnapshot, broken: NodeSnapshot): Generator<Draft> {
  const known = (c: Coverage): boolean => c !== "absent";
  if (!known(healthy.ipvs.coverage) || !known(broken.ipvs.coverage)) return;
  const there = new Map(healthy.ipvs.servers.map((s) => [serverKey(s), s]));
  const here = new Map(broken.ipvs.servers.map((s) => [serverKey(s), s]));
  for (const [key, s] of there) {
    const other = here.get(key);
    if (!other) yield serverOnly("healthy", key, s, broken.ipvs.coverage);
    else yield* realServers(key, s, other);
  }
  for (const [key, s] of here) if (!there.has(key)) yield serverOnly("broken", key, s, healthy.ipvs.coverage);
}

const serverOnly = (side: SideName, key: string, s: VirtualServer, other: Coverage): Draft => ({
  about: "virtual-server",
  says: words(
    `the virtual server ${s.address}:${s.port}/${s.proto} is on the ${side} node only`,
    `虚拟服务 ${s.address}:${s.port}/${s.proto} 只在${sideWords[side]}节点上`,
  ),
  [side]: { text: key, at: s.at },
  otherwise: other === "whole" ? "noise" : "unknown",
  meets: `service ${s.address} ${s.port} ${s.proto}`,
  without: {
    [side]: (snapshot: NodeSnapshot) => ({
      ...snapshot,
      ipvs: { ...snapshot.ipvs, servers: snapshot.ipvs.servers.filter((x) => serverKey(x) !== key) },
    }),
  },
});

function* realServers(key: string, h: VirtualServer, b: VirtualServer): Generator<Draft> {
  const text = (s: VirtualServer): string =>
    [...s.realServers.map((r) => `${r.address}:${r.port}${r.weight === 0 ? " -w 0" : ""}`)].sort().join(" ");
  if (text(h) === text(b)) return;
  yield {
    about: "virtual-server",
    says: words(`${key.slice(3)} has other real servers`, `${key.slice(3)} 的真实服务器不同`),
    healthy: { text: few(text(h).split(" ")), at: h.at },
    broken: { text: few(text(b).split(" ")), at: b.at },
    otherwise: "noise",
    meets: `service ${h.address} ${h.port} ${h.proto}`,
    without: exchanged(h.realServers, b.realServers, (s, realServers) => ({
      ...s,
      ipvs: { ...s.ipvs, servers: s.ipvs.servers.map((x) => (serverKey(x) === key ? { ...x, realServers } : x)) },
    })),
  };
}

function* serviceAddresses(healthy: NodeSnapshot, broken: NodeSnapshot): Generator<Draft> {
  if (healthy.links.coverage !== "whole" || broken.links.coverage !== "whole") return;
  const of = (s: NodeSnapshot) =>
    new Map(
      s.links.list
        .filter((l) => l.name === ipvsDevice)
        .flatMap((l) => l.addresses.map((a) => [a.address as string, a] as const)),
    );
  const there = of(healthy);
  const here = of(broken);
  for (const [side, list, other] of [["healthy", there, here] as const, ["broken", here, there] as const])
    for (const [address, line] of list)
      if (!other.has(address))
        yield {
          about: "address",
          says: words(
            `${address} is bound on ${ipvsDevice} of the ${side} node only`,
            `${address} 只绑定在${sideWords[side]}节点的 ${ipvsDevice} 上`,
          ),
          [side]: { text: `inet ${address}/${line.prefix}`, at: line.at },
          otherwise: "noise",
          meets: `address ${address}`,
          without: {
            [side]: (s: NodeSnapshot) => ({
              ...s,
              links: {
                ...s.links,
                list: s.links.list.map((l) =>
                  l.name === ipvsDevice ? { ...l, addresses: l.addresses.filter((a) => a.address !== address) } : l,
                ),
              },
              routes: {
                ...s.routes,
                list: s.routes.list.filter((r) => !(r.table === "local" && printCidr(r.to).split("/")[0] === address)),
              },
            }),
          },
        };
}

const routeText = (r: Route): string =>
  [
    r.type === "unicast" ? "" : r.type,
    printCidr(r.to),
    ...r.hops.map((h) => `${h.via ? `via ${h.via} ` : ""}${h.dev ? `dev ${h.dev}` : ""}`),
    r.table === "main" ? "" : `table ${r.table}`,
  ]
    .filter((t) => t !== "")
    .join(" ");

/** Routes differ between any two nodes (their own subnets); only a default route that is gone is worth a trial. */
function* routes(healthy: NodeSnapshot, broken: NodeSnapshot): Generator<Draft> {
  for (const [table, coverage] of healthy.routes.coverage) {
    if (table === "local" || coverage !== "whole" || broken.routes.coverage.get(table) !== "whole") continue;
    const of = (s: NodeSnapshot) =>
      new Map(s.routes.list.filter((r) => r.table === table).map((r) => [routeText(r), r]));
    const there = of(healthy);
    const here = of(broken);
    for (const [side, list, other] of [["healthy", there, here] as const, ["broken", here, there] as const])
      for (const [text, route] of list)
        if (!other.has(text))
          yield {
            about: "route",
            says: words(
              `a route of table ${table} is on the ${side} node only`,
              `${table} 表中有一条路由只在${sideWords[side]}节点上`,
            ),
            [side]: { text, at: route.at },
            otherwise: "noise",
          };
  }
}

const thatMatter =
  /^net\.(ipv4\.(ip_forward|vs\.conntrack|conf\.[^.]+\.(rp_filter|route_localnet|accept_local|forwarding))|ipv6\.conf\.[^.]+\.forwarding|bridge\.bridge-nf-call-ip6?tables)$/;

function* sysctls(healthy: NodeSnapshot, broken: NodeSnapshot): Generator<Draft> {
  for (const [key, h] of healthy.sysctls) {
    const b = broken.sysctls.get(key);
    if (!b || b.value === h.value || !thatMatter.test(key)) continue;
    yield {
      about: "sysctl",
      says: words(
        `${key} is ${h.value} on the healthy node, ${b.value} on the broken one`,
        `${key} 在正常节点为 ${h.value}，在异常节点为 ${b.value}`,
      ),
      healthy: { text: `${key} = ${h.value}`, at: h.at },
      broken: { text: `${key} = ${b.value}`, at: b.at },
      otherwise: "noise",
      without: exchanged(h, b, (s, setting) => ({ ...s, sysctls: new Map(s.sysctls).set(key, setting) })),
    };
  }
}

function* configuration(healthy: NodeSnapshot, broken: NodeSnapshot): Generator<Draft> {
  if (!healthy.kubeProxy || !broken.kubeProxy) return;
  const h = { ...healthy.kubeProxy, version: healthy.proxyRun?.version };
  const b = { ...broken.kubeProxy, version: broken.proxyRun?.version };
  const value = (config: typeof h, key: keyof typeof h): string | undefined => {
    const setting = config[key];
    if (typeof setting !== "object" || setting === null || !("value" in setting)) return undefined;
    const v: unknown = setting.value;
    return Array.isArray(v)
      ? v.map((c) => (typeof c === "object" && c !== null ? printCidr(c) : String(c))).join(",")
      : String(v);
  };
  for (const key of [
    "mode",
    "clusterCidr",
    "masqueradeAll",
    "masqueradeBit",
    "detectLocalMode",
    "bridgeInterface",
    "interfaceNamePrefix",
    "scheduler",
    "strictArp",
    "version",
  ] as const) {
    const [vh, vb] = [value(h, key), value(b, key)];
    if (vh === vb) continue;
    yield {
      about: "kube-proxy",
      says: words(
        `kube-proxy's ${key}: ${vh ?? "not given"} on the healthy node, ${vb ?? "not given"} on the broken one`,
        `kube-proxy 的 ${key}：正常节点 ${vh ?? "未设置"}，异常节点 ${vb ?? "未设置"}`,
      ),
      healthy: { text: `${key}: ${vh ?? "-"}`, at: h[key]?.at ?? h.at },
      broken: { text: `${key}: ${vb ?? "-"}`, at: b[key]?.at ?? b.at },
      otherwise: key === "version" ? "build" : "unknown",
    };
  }
}
