import { analyse } from "../../analysis/analyse.ts";
import type { Session } from "../../analysis/session.ts";
import type { Hurt } from "../hurt.ts";
import { dumpsOf, type IpvsNode } from "./ipvs-node.ts";

type Dumps = readonly { readonly name: string; readonly content: string }[];

/** Analyses dumps as a user would paste them. */
export function ask(sides: { readonly healthy?: Dumps; readonly broken?: Dumps }, wanted?: Hurt): Session {
  const texts = (["healthy", "broken"] as const).flatMap((side) => (sides[side] ?? []).map((d) => ({ side, ...d })));
  return analyse(texts, wanted);
}

export const askNode = (node: IpvsNode): Session => ask({ broken: dumpsOf(node) });
export const idsOf = (session: Session): string[] => session.view.diagnosis.findings.map((f) => f.id);
