import { indentOf, type Peel, peelLength, peels } from "./peel.ts";

/** A line by which the collector (formats/collector/collect.sh) frames what its commands printed. */
export type BundleFrame =
  | { readonly kind: "bundle"; readonly version: number }
  | { readonly kind: "fact"; readonly key: string; readonly value: string }
  | { readonly kind: "begin"; readonly section: number; readonly command: string }
  | { readonly kind: "error"; readonly section: number; readonly text: string }
  | { readonly kind: "end"; readonly section: number; readonly ending: SectionEnding }
  | { readonly kind: "bundle-end"; readonly sections: number };

/** How a command of the bundle came out. */
export interface SectionEnding {
  /** Exit status; absent where it was not run. */
  readonly status?: number;
  /** Lines printed, where the collector could count them. */
  readonly lines?: number;
  /** Lines left out to keep the bundle short. */
  readonly more: number;
  readonly notRun?: { readonly why: "no-tool" | "no-module" | "unknown-module"; readonly name: string };
}

const mark = "=== natlens ";
/** A quote within a log within a quote: no paste goes deeper. */
const deepest = 3;
const begin = /^=== natlens (\d{1,4}) (bundle|fact|begin|error|end|bundle-end)(?: (.*))?$/;

/** The frame that a line is, with what has to be taken off before it; undefined: it is none. */
export function frameIn(line: string): { readonly frame: BundleFrame; readonly peeled: readonly Peel[] } | undefined {
  const at = line.indexOf(mark);
  if (at < 0 || at > 200) return undefined;
  const peeled = peelsOf(line.slice(0, at));
  const frame = peeled && frameOf(line.slice(at));
  return frame && { frame, peeled };
}

/** The frame that a line is, which begins with its mark. */
export function frameOf(line: string): BundleFrame | undefined {
  const parts = begin.exec(line.trimEnd());
  if (!parts) return undefined;
  const [, version, kind, rest = ""] = parts;
  const [, first = "", text = ""] = /^(\S+) ?(.*)$/.exec(rest) ?? [];
  switch (kind) {
    case "bundle":
      return { kind, version: Number(version) };
    case "fact":
      return { kind, key: first, value: text };
    case "begin":
      return { kind, section: Number(first), command: text.replace(/^\$ /, "") };
    case "error":
      return { kind, section: Number(first), text };
    case "end":
      return { kind, section: Number(first), ending: endingOf(text) };
    default:
      return { kind: "bundle-end", sections: Number(/sections=(\d+)/.exec(rest)?.[1] ?? 0) };
  }
}

function endingOf(text: string): SectionEnding {
  const number = (key: string): number | undefined => {
    const digits = new RegExp(`(?:^| )${key}=(\\d{1,9})(?: |$)`).exec(text)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const status = number("status");
  const lines = number("lines");
  const [, why, name] = /(?:^| )not-run=(no-tool|no-module|unknown-module):(\S+)/.exec(text) ?? [];
  return {
    ...(status !== undefined && { status }),
    ...(lines !== undefined && { lines }),
    more: number("more") ?? 0,
    ...((why === "no-tool" || why === "no-module" || why === "unknown-module") &&
      name !== undefined && { notRun: { why, name } }),
  };
}

/** What the pasted layer takes off to leave nothing of this; undefined where something stays. */
function peelsOf(prefix: string): readonly Peel[] | undefined {
  const list: Peel[] = [];
  // with the mark behind it, as some patterns want to see that something follows
  for (let rest = `${prefix}${mark}`; rest !== mark; ) {
    let best: Peel | undefined;
    let most = 0;
    for (const peel of peels) {
      const length = peelLength(peel, rest);
      if (length <= most) continue;
      most = length;
      best = peel;
    }
    if (!best || list.length === deepest || rest.length - most < mark.length) return undefined;
    list.push(best.name === "indent" ? indentOf(most) : best);
    rest = rest.slice(most);
  }
  return list;
}
