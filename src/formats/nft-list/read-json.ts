import type { Span } from "../../base/span.ts";
import { looksLikeIptables } from "../../model/nftables/owner.ts";
import type { NftChain, NftSet, NftTable } from "../../model/nftables/ruleset.ts";
import type { Lines } from "../format.ts";

type Json = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** More text than this is not read: a tree of objects takes some ten times its text. */
export const longestJson = 8 << 20;

/** The text of a segment; undefined: longer than natlens reads. */
export function jsonText(lines: Lines): string | undefined {
  const parts: string[] = [];
  let length = 0;
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i);
    length += text.length + 1;
    if (length > longestJson) return undefined;
    parts.push(text);
  }
  const whole = parts.join("\n").trim();
  // the opening bracket stands on a line of its own, and nothing on it tells that it is nft's
  return whole.startsWith('"nftables"') ? `{${whole}` : whole;
}

/** Reads `nft -j list ruleset`; undefined: no JSON, or something else. Places are those of the whole text. */
export function readJson(text: string, at: Span): readonly NftTable[] | undefined {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(root) || !Array.isArray(root["nftables"])) return undefined;
  const drafts = new Map<string, Draft>();
  const draft = (family: string, name: string): Draft => {
    const key = `${family} ${name}`;
    const known = drafts.get(key);
    if (known) return known;
    const made: Draft = { family: family as NftTable["family"], name, chains: new Map(), sets: new Map(), others: [] };
    drafts.set(key, made);
    return made;
  };
  for (const item of root["nftables"]) {
    if (!isObject(item)) continue;
    for (const [kind, value] of Object.entries(item)) {
      if (!isObject(value) || kind === "metainfo") continue;
      const family = textOf(value["family"]);
      const name = textOf(value["name"]);
      if (kind === "table") draft(family, name);
      else {
        const into = draft(family, textOf(value["table"]));
        if (kind === "chain") into.chains.set(name, { ...chainOf(value, at), rules: [] });
        else if (kind === "rule") addRule(into, value, at);
        else if (kind === "set" || kind === "map") into.sets.set(name, setOf(kind, value, at));
        else into.others.push(`${kind} ${name}`);
      }
    }
  }
  return [...drafts.values()].map((d) => {
    const table: NftTable = { ...d, whole: true, at };
    return looksLikeIptables(table) ? { ...table, ofIptables: true } : table;
  });
}

interface Draft {
  readonly family: NftTable["family"];
  readonly name: string;
  readonly chains: Map<string, NftChain & { readonly rules: NftChain["rules"][number][] }>;
  readonly sets: Map<string, NftSet>;
  readonly others: string[];
}

function chainOf(value: Json, at: Span): NftChain {
  const type = textOf(value["type"]);
  const policy = textOf(value["policy"]);
  const priority = value["prio"];
  const device = textOf(value["dev"]);
  return {
    name: textOf(value["name"]),
    ...(type === ""
      ? {}
      : {
          hook: {
            type,
            hook: textOf(value["hook"]),
            ...(typeof priority === "number" ? { priority } : {}),
            ...(device === "" ? {} : { device }),
            ...(policy === "accept" || policy === "drop" ? { policy } : {}),
          },
        }),
    rules: [],
    at,
  };
}

function addRule(into: Draft, value: Json, at: Span): void {
  const name = textOf(value["chain"]);
  const known = into.chains.get(name);
  const chain = known ?? { name, rules: [], at };
  if (!known) into.chains.set(name, chain);
  const comment = textOf(value["comment"]);
  const handle = value["handle"];
  chain.rules.push({
    text: JSON.stringify(value["expr"] ?? []),
    ...(comment === "" ? {} : { comment }),
    ...(typeof handle === "number" ? { handle } : {}),
    at,
  });
}

function setOf(kind: "set" | "map", value: Json, at: Span): NftSet {
  const flags = Array.isArray(value["flags"]) ? value["flags"].map(textOf) : [];
  const types = (type: unknown): string => (Array.isArray(type) ? type.map(textOf).join(" . ") : textOf(type));
  const mapped = types(value["map"]);
  const comment = textOf(value["comment"]);
  const elements = Array.isArray(value["elem"]) ? value["elem"] : [];
  return {
    name: textOf(value["name"]),
    kind,
    type: types(value["type"]) + (mapped === "" ? "" : ` : ${mapped}`),
    flags,
    elements: elements.map((e) => ({ text: JSON.stringify(e), at })),
    // nft 1.0.6 leaves `dynamic` out of flags; such sets have a timeout
    whole: !flags.includes("dynamic") && value["timeout"] === undefined,
    ...(comment === "" ? {} : { comment }),
    at,
  };
}
