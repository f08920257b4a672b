import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { Span } from "../../base/span.ts";
import { type Cidr, parseCidr } from "../../model/net/cidr.ts";
import { type Ip, parseIp } from "../../model/net/ip.ts";

/** Where a node of the tree stands in the pasted text. */
export type SpanOf = (node: Node) => Span;

/** What an object holds at a path of keys, as text, list of maps, or addresses; the rest is not looked at. */
export const down = (node: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (isMap(at) ? at.get(key, true) : undefined), node);

/** Undefined: not there, null or empty. */
export const textAt = (node: unknown, ...path: readonly string[]): string | undefined => {
  const found = down(node, ...path);
  return isScalar(found) && found.value !== null && found.value !== "" ? String(found.value) : undefined;
};
export const flagAt = (node: unknown, ...path: readonly string[]): boolean | undefined => {
  const text = textAt(node, ...path);
  return text === "true" ? true : text === "false" ? false : undefined;
};
export const numberAt = (node: unknown, ...path: readonly string[]): number | undefined => {
  const text = textAt(node, ...path);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
};
export const itemsAt = (node: unknown, ...path: readonly string[]): readonly unknown[] => {
  const found = down(node, ...path);
  return isSeq(found) ? found.items : [];
};
export const textsAt = (node: unknown, ...path: readonly string[]): string[] =>
  itemsAt(node, ...path)
    .map((item) => (isScalar(item) ? String(item.value ?? "") : ""))
    .filter((text) => text !== "");

/** A map of plain values, such as labels; undefined: not there. */
export function labelsAt(node: unknown, ...path: readonly string[]): ReadonlyMap<string, string> | undefined {
  const found = down(node, ...path);
  if (!isMap(found)) return undefined;
  return new Map(
    found.items.flatMap(({ key, value }): [string, string][] =>
      isScalar(key) && isScalar(value) ? [[String(key.value), String(value.value ?? "")]] : [],
    ),
  );
}

/** Those of the texts that are addresses, each once. */
export const addressesOf = (texts: readonly (string | undefined)[]): Ip[] => [
  ...new Set(texts.map((t) => parseIp(t ?? "")).filter((ip) => ip !== undefined)),
];
export const rangeOf = (text: string): Cidr | undefined => (text.includes("/") ? parseCidr(text.trim()) : undefined);

/** An optional field: nothing where the dump does not say it. */
export const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
