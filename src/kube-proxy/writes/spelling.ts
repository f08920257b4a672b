import { cidrHas, parseCidr } from "../../model/net/cidr.ts";
import type { Family, Ip } from "../../model/net/ip.ts";
import { isBefore, type Version, version } from "../version.ts";
import type { LocalTest, Proxier, ServedPort, WrittenTable } from "./cluster.ts";

/** `1.minor` or later, patch releases before it set apart: since(v, 19) or since(v, [16, 13], [17, 9], [18, 6], [19, 0]). */
export function since(v: Version, ...starts: readonly (number | readonly [number, number])[]): boolean {
  const list = starts.map((s) => (typeof s === "number" ? version(s) : version(s[0], s[1])));
  const same = list.find((s) => s.minor === v.minor);
  const last = same ?? list[list.length - 1];
  return last !== undefined && !isBefore(v, last);
}

export const comment = (text: string): string => `-m comment --comment "${text}"`;
export const hex = (mark: number): string => `0x${mark.toString(16)}`;

/** An address as a header's `-s`/`-d` prints it. */
export const host = (ip: string): string => `${ip}/${ip.includes(":") ? 128 : 32}`;

/** `ip:port`, with brackets for IPv6. */
export const at = (ip: string, port: number): string => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`);

/** `! -s CIDR`, `! -i PATTERN`: everybody but the node's own pods. Empty where kube-proxy cannot tell. */
export const unlessLocal = (local: LocalTest): string =>
  local.kind === "source" ? `! -s ${local.cidr} ` : local.kind === "interface" ? `! -i ${local.pattern} ` : "";
/** `-s CIDR`, `-i PATTERN`: the node's own pods. */
export const ifLocal = (local: LocalTest): string => unlessLocal(local).slice(2);

/** `namespace/name:port`; a port without name kept its colon up to 1.18 (pkg/proxy/types.go ServicePortName.String). */
export const portNameOf = (s: ServedPort, v: Version): string =>
  `${s.namespace}/${s.name}${s.portName !== undefined ? `:${s.portName}` : since(v, 19) ? "" : ":"}`;

export const rejectWith = (family: Family): string =>
  family === 4 ? "REJECT --reject-with icmp-port-unreachable" : "REJECT --reject-with icmp6-port-unreachable";

export function holds(range: string, ip: Ip): boolean {
  const cidr = parseCidr(range);
  return cidr !== undefined && cidrHas(cidr, ip);
}

/** Appends to a chain, which is made where it is new. */
export function append(table: WrittenTable, chain: string, ...rules: readonly string[]): void {
  const known = table.get(chain);
  if (known) known.push(...rules);
  else table.set(chain, [...rules]);
}

/** kube-proxy puts its jumps on top of the built-in chains, one after the other: the last one ends up first. */
export function prepend(table: WrittenTable, chain: string, rule: string): void {
  const known = table.get(chain);
  if (known) known.unshift(rule);
  else table.set(chain, [rule]);
}

/** Chains that have no rule yet. */
export function declare(table: WrittenTable, ...chains: readonly string[]): void {
  for (const chain of chains) if (!table.has(chain)) table.set(chain, []);
}

/** KUBE-POSTROUTING clears the mark before it masquerades: kubernetes PR 92035. */
export const clearsMark = (v: Version): boolean => since(v, [16, 13], [17, 9], [18, 6], 19);

/** What masquerades marked packets, after the rules that stand before it (`first`: IPVS mode's hairpin rule). */
export function postroutingRules({ version: v, mark, randomFully }: Proxier, hairpin: readonly string[]): string[] {
  const random = randomFully && since(v, 16) ? " --random-fully" : "";
  const said = comment("kubernetes service traffic requiring SNAT");
  if (!clearsMark(v)) return [`${said} -m mark --mark ${hex(mark)}/${hex(mark)} -j MASQUERADE${random}`, ...hairpin];
  return [
    ...hairpin,
    `-m mark ! --mark ${hex(mark)}/${hex(mark)} -j RETURN`,
    `-j MARK --set-xmark ${hex(mark)}/0x0`,
    `${said} -j MASQUERADE${random}`,
  ];
}

export const markRule = (mark: number): string => `-j MARK --set-xmark ${hex(mark)}/${hex(mark)}`;

/** The rules of KUBE-FORWARD that both modes share, after the one for INVALID. */
export function forwardRules({ version: v, mark, local }: Proxier): string[] {
  const rules = [`${comment("kubernetes forwarding rules")} -m mark --mark ${hex(mark)}/${hex(mark)} -j ACCEPT`];
  const established = "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";
  if (since(v, 23)) return [...rules, `${comment("kubernetes forwarding conntrack rule")} ${established}`];
  const source = comment("kubernetes forwarding conntrack pod source rule");
  const destination = comment("kubernetes forwarding conntrack pod destination rule");
  if (since(v, 18)) return [...rules, `${source} ${established}`, `${destination} ${established}`];
  if (local.kind !== "source") return rules;
  return [...rules, `-s ${local.cidr} ${source} ${established}`, `-d ${local.cidr} ${destination} ${established}`];
}
