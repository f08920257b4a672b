import type { ServedPort } from "../../kube-proxy/writes/cluster.ts";
import type { Flow } from "../../simulate/flow.ts";
import { ip } from "../../simulate/testing/node.ts";
import { dumpsOf, endpoint, type WrittenNode } from "../../simulate/testing/written-node.ts";
import type { Certainty } from "../finding.ts";

/** Nodes as kube-proxy of a version leaves them, and how people and programs damage them. */

export type Mode = WrittenNode["mode"];

/** The text of one dump (`iptables-save`, `ip-addr` …; see `dumpsOf`), as it is after the damage; "" takes the dump away. */
export type Edit = (file: string, text: string) => string;

export interface NearMiss {
  readonly what: string;
  /** Only in these modes; those of the damage where absent. */
  readonly modes?: readonly Mode[];
  /** The oldest and the newest of `versions` where absent. */
  readonly versions?: readonly string[];
  readonly edit: Edit;
  readonly kernel?: Readonly<Record<string, string>>;
  /** How the node differs from the usual one before the edit. */
  readonly node?: Partial<WrittenNode>;
  /** It stands beside a healthy node that differs from the usual one by this. */
  readonly beside?: Partial<WrittenNode>;
  /** The flow that somebody says hurts. */
  readonly wanted?: Flow;
}

/** One way to come by a cause. The node without the damage must be found healthy. */
export interface Damage {
  readonly what: string;
  readonly modes: readonly Mode[];
  readonly edit: Edit;
  readonly kernel?: Readonly<Record<string, string>>;
  /** How the node differs from the usual one, before and after the damage. */
  readonly node?: Partial<WrittenNode>;
  /** How the node that kube-proxy wrote differs by the damage itself (a flag, a Service). */
  readonly written?: Partial<WrittenNode>;
  /** Other versions than the usual ones. */
  readonly versions?: readonly string[];
  /** Versions in which it does no harm. */
  readonly fine?: (mode: Mode, version: string) => boolean;
  /** The flow that hurts, as somebody says it: without that, nothing is named, or no more than possible. */
  readonly wanted?: Flow;
  /** Only a pair, this node broken and the one without the damage healthy, shows it; alone, it is not named, or no more than possible. */
  readonly needsPair?: true;
  /** How the healthy node of the pair differs from the usual one; it is the node as it was where absent. */
  readonly beside?: Partial<WrittenNode>;
  /** A risk, not a fault. */
  readonly kind?: "risk";
  /** Nothing on the node heals it, so no fix is proven. */
  readonly unproven?: true;
  /** How sure the finding is; certain or likely where absent. */
  readonly certainty?: Certainty;
  /** What looks like it and is none; nothing may be found but what is no more than possible, of another cause. */
  readonly nearMisses?: readonly NearMiss[];
}

export const service = (n: number, endpoints: readonly string[], more: Partial<ServedPort> = {}): ServedPort => ({
  namespace: "default",
  name: `web${n}`,
  portName: "http",
  proto: "tcp",
  clusterIp: ip(`10.96.10.${n}`),
  port: 80,
  endpoints: endpoints.map(endpoint),
  ...more,
});

/** The API (servers outside the cluster), one with a node port and two pods elsewhere, one with one pod on this node. */
export const services: readonly ServedPort[] = [
  service(1, ["192.168.10.40:6443"], { name: "kubernetes", portName: "https", port: 443 }),
  service(2, ["10.244.2.20:8080", "10.244.2.21:8080"], { nodePort: 30080 }),
  service(3, ["10.244.1.20:8080"]),
];

/** The same three in IPv6. */
export const services6: readonly ServedPort[] = [
  service(1, ["[fd00:192:168:10::40]:6443"], { name: "kubernetes", portName: "https", port: 443 }),
  service(2, ["[fd00:10:244:2::20]:8080", "[fd00:10:244:2::21]:8080"], { nodePort: 30080 }),
  service(3, ["[fd00:10:244:1::20]:8080"]),
].map((s, i) => ({ ...s, clusterIp: ip(`fd00:10:96:10::${i + 1}`) }));

/** Versions over which each mode is tried. */
export const versions: Readonly<Record<Mode, readonly string[]>> = {
  iptables: ["1.12", "1.19", "1.23", "1.28", "1.34"],
  ipvs: ["1.9.7", "1.12", "1.19", "1.24", "1.28", "1.34"],
};

/** The newest version that it harms. */
export const versionOf = (d: Damage, mode: Mode): string | undefined =>
  (d.versions ?? versions[mode]).filter((v) => !d.fine?.(mode, v)).at(-1);

/** The damage in one mode, on the newest version that it harms; nothing where it harms none. */
export const inMode = (id: string, d: Damage, mode: Mode) => {
  const version = versionOf(d, mode);
  return version === undefined ? [] : [{ id, mode, version, ...d }];
};

export const usualNode = (mode: Mode, version: string, more: Partial<WrittenNode> = {}): WrittenNode => ({
  mode,
  version,
  detector: "10.244.0.0/16",
  services,
  ...more,
});

export const flowTo = (from: Flow["from"], to: string, port: number, more: Partial<Flow> = {}): Flow => ({
  from,
  to: ip(to),
  port,
  proto: "tcp",
  ...more,
});

export const inFile =
  (name: string, from: string | RegExp, to: string | ((all: string) => string)): Edit =>
  (file, text) =>
    file === name ? text.replace(from, to as string) : text;
export const rules = (from: string | RegExp, to: string | ((all: string) => string)): Edit =>
  inFile("iptables-save", from, to);
export const both =
  (...edits: readonly Edit[]): Edit =>
  (file, text) =>
    edits.reduce((t, edit) => edit(file, t), text);
export const none: Edit = (_file, text) => text;

export const dumps = (node: WrittenNode, edit: Edit): { name: string; content: string }[] =>
  [...dumpsOf(node)].flatMap(([name, text]) => {
    const content = edit(name, text);
    return content === "" ? [] : [{ name: `${name}.txt`, content }];
  });
