import * as v from "valibot";
import type { InputText, WhatIf } from "../analysis/request.ts";
import type { Hurt } from "../analysis/view.ts";
import { failed, ok, type Result } from "../base/result.ts";
import { words } from "../base/words.ts";
import { parseIp } from "../model/net/ip.ts";
import { isSymbolic } from "../model/net/symbolic.ts";
import { pack, unpack } from "./pack.ts";
import { type LinkV0, linkV0 } from "./schema-v0.ts";

/** Everything that a link carries: inputs and what is shown of them, never results. */
export interface Shared {
  readonly texts: readonly (InputText & { readonly content: string })[];
  readonly flow?: Hurt;
  readonly step?: number;
  readonly whatIf?: readonly WhatIf[];
}

const prefix = "v0.";

/** The fragment of a link, without `#`. */
export function encodeLink(shared: Shared): string {
  const ofSide = (side: InputText["side"]): LinkV0["h"] =>
    shared.texts.filter((t) => t.side === side).map((t) => ({ n: t.name, t: t.content }));
  const state: LinkV0 = {
    h: ofSide("healthy"),
    b: ofSide("broken"),
    ...(shared.flow ? { q: flowOut(shared.flow) } : {}),
    ...(shared.step === undefined ? {} : { i: shared.step }),
    ...(shared.whatIf && shared.whatIf.length > 0 ? { w: shared.whatIf.map(whatIfOut) } : {}),
  };
  return prefix + pack(JSON.stringify(state));
}

/** Is this fragment meant as a permalink at all? */
export const looksLikeLink = (fragment: string): boolean => /^#?v\d+\./.test(fragment);

/** Any string in, a value or a reason out; never throws, bounded in time and memory. */
export function decodeLink(fragment: string): Result<Shared> {
  const text = fragment.replace(/^#/, "");
  if (!looksLikeLink(text))
    return failed("link/foreign", words("This is not a natlens link.", "这不是 natlens 的链接。"));
  if (!text.startsWith(prefix))
    return failed(
      "link/other-version",
      words(
        `The link is of version ${text.slice(1, text.indexOf("."))}, which this natlens does not know.`,
        `链接的版本是 ${text.slice(1, text.indexOf("."))}，当前的 natlens 不认识它。`,
      ),
    );
  const json = unpack(text.slice(prefix.length));
  if (!json.ok) return json;
  const broken = failed(
    "link/unreadable",
    words(
      "The link could be unpacked, but does not hold what a natlens link holds.",
      "链接可以解开，但内容不是 natlens 链接应有的内容。",
    ),
  );
  let raw: unknown;
  try {
    raw = JSON.parse(json.value);
  } catch {
    return broken; // not JSON: the reason is in the link, and said so
  }
  const parsed = v.safeParse(linkV0, raw);
  return parsed.success ? lift(parsed.output, broken) : broken;
}

function lift(state: LinkV0, broken: Result<never>): Result<Shared> {
  const flow = state.q && flowIn(state.q);
  if (state.q && !flow) return broken;
  return ok({
    texts: [
      ...state.h.map((t) => ({ side: "healthy" as const, name: t.n, content: t.t })),
      ...state.b.map((t) => ({ side: "broken" as const, name: t.n, content: t.t })),
    ],
    ...(flow ? { flow } : {}),
    ...(state.i === undefined ? {} : { step: state.i }),
    ...(state.w ? { whatIf: state.w.map(whatIfIn) } : {}),
  });
}

const flowOut = (flow: Hurt): NonNullable<LinkV0["q"]> => ({
  f: flow.from,
  ...(flow.source !== undefined && !isSymbolic(flow.source) ? { s: flow.source } : {}),
  d: flow.to,
  p: flow.port,
  l: flow.proto,
  ...(flow.symptom === undefined ? {} : { y: flow.symptom }),
});

function flowIn(q: NonNullable<LinkV0["q"]>): Hurt | undefined {
  const to = parseIp(q.d);
  const source = q.s === undefined ? undefined : parseIp(q.s);
  if (to === undefined || (q.s !== undefined && source === undefined)) return undefined;
  return {
    from: q.f,
    to,
    port: q.p,
    proto: q.l,
    ...(source === undefined ? {} : { source }),
    ...(q.y === undefined ? {} : { symptom: q.y }),
  };
}

type WhatIfOut = NonNullable<LinkV0["w"]>[number];
const whatIfOut = (change: WhatIf): WhatIfOut =>
  change.kind === "cluster-cidr"
    ? { k: "cluster-cidr", s: change.side, v: change.cidr }
    : change.kind === "add-rule"
      ? { k: "add-rule", s: change.side, v: change.rule }
      : { k: "masquerade-all", s: change.side };
const whatIfIn = (change: WhatIfOut): WhatIf =>
  change.k === "cluster-cidr"
    ? { kind: "cluster-cidr", side: change.s, cidr: change.v }
    : change.k === "add-rule"
      ? { kind: "add-rule", side: change.s, rule: change.v }
      : { kind: "masquerade-all", side: change.s };
