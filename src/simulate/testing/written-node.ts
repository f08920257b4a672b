import { sourceText } from "../../base/source.ts";
import { readNode } from "../../formats/read.ts";
import { defaultMark } from "../../kube-proxy/names.ts";
import { parseVersion } from "../../kube-proxy/version.ts";
import type { LocalTest, Proxier, ServedEndpoint, ServedPort } from "../../kube-proxy/writes/cluster.ts";
import { printSets, printTables } from "../../kube-proxy/writes/print.ts";
import { append } from "../../kube-proxy/writes/spelling.ts";
import { writtenBy } from "../../kube-proxy/writes/writes.ts";
import { cidrHas, parseCidr } from "../../model/net/cidr.ts";
import type { Family, Ip } from "../../model/net/ip.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import { ip } from "./node.ts";

/** A node as kube-proxy of a version left it, for tests: eth0 to the network, cni0 with the node's pods. */
export interface WrittenNode {
  readonly mode: "iptables" | "ipvs";
  /** `1.19` or `1.19.3`. */
  readonly version: string;
  /** 4 where absent; dual: one kube-proxy serves both, each Service port in its own family. */
  readonly family?: Family | "dual";
  /** `10.244.0.0/16`, `10.244.0.0/16,fd00:10:244::/56`, `-i cni0`, `all`, `none`. */
  readonly detector: string;
  readonly services: readonly ServedPort[];
  readonly kubelet?: string;
  readonly kernel?: Readonly<Record<string, string>>;
  /** Rules of other programs in table nat, by chain: appended to those that are there. */
  readonly nat?: Readonly<Record<string, readonly string[]>>;
  /** 1 where absent: 192.168.10.11 with the pods of 10.244.1.0/24; 2: 192.168.10.12 with those of 10.244.2.0/24. */
  readonly number?: 1 | 2;
  /** More lines, by the name of the dump: below what is there, or a dump of their own. */
  readonly more?: Readonly<Record<string, readonly string[]>>;
  /** What another network plugin than the bridge's makes of each dump. */
  readonly cni?: (file: string, text: string) => string;
}

export const nodeAddress = "192.168.10.11";
export const podGateway = "10.244.1.1";

/** Where the node stands in each family: its own address, its pods', the next node with pods, the router. */
interface Place {
  readonly address: string;
  readonly router: string;
  readonly next: string;
  readonly lan: string;
  readonly gateway: string;
  readonly pods: string;
  readonly nextPods: string;
}

function placeOf({ number = 1 }: WrittenNode, family: Family): Place {
  const other = 3 - number;
  if (family === 6)
    return {
      address: `fd00:192:168:10::1${number}`,
      router: "fd00:192:168:10::1",
      next: `fd00:192:168:10::1${other}`,
      lan: "fd00:192:168:10::/64",
      gateway: `fd00:10:244:${number}::1`,
      pods: `fd00:10:244:${number}::/64`,
      nextPods: `fd00:10:244:${other}::/64`,
    };
  return {
    address: `192.168.10.1${number}`,
    router: "192.168.10.1",
    next: `192.168.10.1${other}`,
    lan: "192.168.10.0/24",
    gateway: `10.244.${number}.1`,
    pods: `10.244.${number}.0/24`,
    nextPods: `10.244.${other}.0/24`,
  };
}

const familiesOf = ({ family = 4 }: WrittenNode): readonly Family[] => (family === "dual" ? [4, 6] : [family]);

/** `10.244.1.20:8080`, `[fd00:10:244:1::20]:8080`: pods of 10.244.1.0/24 and fd00:10:244:1::/64 are on this node. */
export function endpoint(text: string): ServedEndpoint {
  const cut = text.lastIndexOf(":");
  const address = ip(text.slice(0, cut).replace(/^\[|\]$/g, ""));
  return { address, port: Number(text.slice(cut + 1)), onNode: /^10\.244\.1\.|^fd00:10:244:1:/.test(address) };
}

export function proxierOf(node: WrittenNode, family: Family = familiesOf(node)[0] ?? 4): Proxier {
  const version = parseVersion(node.version);
  if (!version) throw new Error(`no version: ${node.version}`);
  const kubelet = parseVersion(node.kubelet ?? node.version);
  return {
    version,
    family,
    local: localTest(node.detector, family),
    masqueradeAll: node.detector === "all",
    mark: defaultMark,
    randomFully: true,
    nodeAddresses: [ip(placeOf(node, family).address)],
    nodePortsByAddress: false,
    localhostNodePorts: true,
    scheduler: "rr",
    beLiberal: false,
    ...(kubelet ? { kubelet } : {}),
  };
}

function localTest(detector: string, family: Family): LocalTest {
  if (detector === "all" || detector === "none") return { kind: "none" };
  if (detector.startsWith("-i ")) return { kind: "interface", pattern: detector.slice(3) };
  const cidr = detector.split(",").find((c) => c.includes(":") === (family === 6));
  return cidr === undefined ? { kind: "none" } : { kind: "source", cidr };
}

/** What the node's commands print, by file name. */
export function dumpsOf(node: WrittenNode): Map<string, string> {
  const halves = familiesOf(node).map((family) => {
    const place = placeOf(node, family);
    const here = parseCidr(place.pods);
    const services = node.services
      .filter((s) => s.clusterIp.includes(":") === (family === 6))
      .map((s) => ({
        ...s,
        endpoints: s.endpoints.map((e) => ({ ...e, onNode: here !== undefined && cidrHas(here, e.address) })),
      }));
    const written = writtenBy(node.mode, proxierOf(node, family), services);
    for (const [chain, rules] of Object.entries(node.nat ?? {})) append(written.nat, chain, ...rules);
    return { family, ...place, ...written };
  });
  const bound = (addresses: readonly Ip[]): string[] =>
    addresses.map((a) =>
      a.includes(":") ? `    inet6 ${a}/128 scope global` : `    inet ${a}/32 scope global kube-ipvs0`,
    );
  const files = new Map<string, readonly string[]>([
    ...halves.map((h): [string, readonly string[]] => {
      const tool = h.family === 6 ? "ip6tables-save" : "iptables-save";
      return [
        tool,
        [
          `# Generated by ${tool} v1.8.7 on Mon Nov 23 10:00:00 2026`,
          ...printTables(h),
          "# Completed on Mon Nov 23 10:00:00 2026",
        ],
      ];
    }),
    ["ipset-save", halves.flatMap((h) => printSets(h.sets))],
    ["ipvsadm", halves.flatMap((h) => h.virtualServers)],
    [
      "ip-addr",
      [
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000",
        "    inet 127.0.0.1/8 scope host lo",
        ...halves.flatMap((h) => (h.family === 6 ? ["    inet6 ::1/128 scope host"] : [])),
        "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000",
        ...halves.map((h) =>
          h.family === 6
            ? `    inet6 ${h.address}/64 scope global`
            : `    inet ${h.address}/24 brd 192.168.10.255 scope global eth0`,
        ),
        "3: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP group default qlen 1000",
        ...halves.map((h) =>
          h.family === 6 ? `    inet6 ${h.gateway}/64 scope global` : `    inet ${h.gateway}/24 scope global cni0`,
        ),
        "4: veth1@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue master cni0 state UP group default",
        ...(node.mode === "ipvs"
          ? [
              "9: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default",
              ...halves.flatMap((h) => bound(h.bound)),
            ]
          : []),
      ],
    ],
    ["ip-route", halves.flatMap((h) => routes(h.family, h, h.bound))],
    ["ip-rule", ["0:\tfrom all lookup local", "32766:\tfrom all lookup main", "32767:\tfrom all lookup default"]],
    [
      "sysctl",
      Object.entries({
        ...Object.assign({}, ...halves.map((h) => sysctls(node, h.family))),
        "net.ipv4.vs.conntrack": "1",
        ...node.kernel,
      }).map(([key, value]) => `${key} = ${value}`),
    ],
  ]);
  for (const [name, lines] of Object.entries(node.more ?? {})) files.set(name, [...(files.get(name) ?? []), ...lines]);
  const { cni = (_file, text) => text } = node;
  return new Map(
    [...files].map(([name, lines]) => [name, cni(name, lines.length === 0 ? "" : `${lines.join("\n")}\n`)]),
  );
}

/** `ip route show table all` of one family. */
function routes(family: Family, place: Place, bound: readonly Ip[]): string[] {
  const { address, router, next, lan, gateway, pods, nextPods } = place;
  if (family === 6) {
    const tail = "metric 1024 pref medium";
    const local = (a: string, dev: string): string =>
      `local ${a} dev ${dev} table local proto kernel metric 0 pref medium`;
    return [
      `${pods} dev cni0 proto kernel metric 256 pref medium`,
      `${nextPods} via ${next} dev eth0 ${tail}`,
      `${lan} dev eth0 proto kernel metric 256 pref medium`,
      `default via ${router} dev eth0 ${tail}`,
      local("::1", "lo"),
      local(address, "eth0"),
      local(gateway, "cni0"),
      ...bound.map((a) => local(a, "kube-ipvs0")),
    ];
  }
  const local = (a: string, dev: string): string =>
    `local ${a} dev ${dev} table local proto kernel scope host src ${a}`;
  return [
    `default via ${router} dev eth0`,
    `${pods} dev cni0 proto kernel scope link src ${gateway}`,
    `${nextPods} via ${next} dev eth0`,
    `${lan} dev eth0 proto kernel scope link src ${address}`,
    local(address, "eth0"),
    local(gateway, "cni0"),
    ...bound.map((a) => local(a, "kube-ipvs0")),
    "local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1",
    "local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1",
  ];
}

function sysctls(node: WrittenNode, family: Family): Record<string, string> {
  if (family === 6)
    return {
      "net.ipv6.conf.all.forwarding": "1",
      "net.ipv6.conf.eth0.forwarding": "1",
      "net.ipv6.conf.cni0.forwarding": "1",
      "net.bridge.bridge-nf-call-ip6tables": "1",
    };
  const routeLocalnet = node.mode === "iptables" || proxierOf(node, family).version.minor < 21 ? 1 : 0;
  return {
    "net.ipv4.ip_forward": "1",
    "net.ipv4.conf.all.forwarding": "1",
    "net.ipv4.conf.all.rp_filter": "0",
    "net.ipv4.conf.eth0.rp_filter": "0",
    "net.ipv4.conf.cni0.rp_filter": "0",
    "net.ipv4.conf.all.route_localnet": String(routeLocalnet),
    "net.bridge.bridge-nf-call-iptables": "1",
  };
}

export function snapshotOf(
  node: WrittenNode,
  edit: (file: string, text: string) => string = (_f, text) => text,
): NodeSnapshot {
  const sources = [...dumpsOf(node)].map(([name, text]) => sourceText(name, `${name}.txt`, edit(name, text)));
  return readNode(sources.filter((s) => s.bytes.length > 0)).snapshot;
}
