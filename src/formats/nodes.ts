import type { Diagnostic } from "../base/diagnostic.ts";
import { lineCount, lineText, type SourceText } from "../base/source.ts";
import { lineAt } from "../base/span.ts";
import type { Words } from "../base/words.ts";
import { words } from "../base/words.ts";
import { frameIn } from "./paste/bundle-frame.ts";
import { type NodeHeading, nodeHeading } from "./paste/node-heading.ts";
import { isFence } from "./paste/noise.ts";
import { spanOfLines } from "./paste/regions.ts";
import type { RecognisedSegment } from "./reading.ts";

/** A stretch of one text that is of one node, by bytes: cut there, each is a text of its own. */
export interface NodePart {
  readonly name: Words;
  /** The name is a host's, or what somebody wrote above. */
  readonly named: boolean;
  /** What is written above of the node. */
  readonly side?: "healthy" | "broken";
  readonly from: number;
  readonly to: number;
}

/** Facts stand at a bundle's begin. */
const headOfBundle = 40;
/** Lines that may stand between a heading and what it is above. */
const highest = 6;
/** The host in a prompt: `root@node-1:~#`, `[root@node-1 ~]$`, `node-1:~ #`. */
const prompt =
  /^(?:\([\w.-]{1,40}\) )?(?:\[[^\]@\s]{1,64}@([\w.-]{1,128})[^\]]{0,128}\]|[\w.-]{1,64}@([\w.-]{1,128})[^#$]{0,200}?) ?[#$]/;

/**
 * Whether one text holds dumps of several nodes, and where they part: prompts or bundles of different hosts, or headings that name
 * nodes, one after the other; or, where nothing is named, dumps that contradict each other (`clashes`: where the second of a pair begins).
 * Nobody's prompt is a fact: this is only ever an offer. Undefined: one node, as far as can be seen.
 */
export function nodesIn(
  source: SourceText,
  segments: readonly RecognisedSegment[],
  clashes: readonly number[],
): readonly NodePart[] | undefined {
  return namedNodes(source, segments) ?? byClash(source, ofSource(source, segments), clashes);
}

/** Nodes that prompts, bundles or headings name. */
export function namedNodes(
  source: SourceText,
  segments: readonly RecognisedSegment[],
): readonly NodePart[] | undefined {
  const own = ofSource(source, segments);
  return byHost(source, own) ?? byHeading(source, own);
}

const ofSource = (source: SourceText, segments: readonly RecognisedSegment[]): readonly RecognisedSegment[] =>
  segments.filter((s) => s.at.source === source.id).sort((a, b) => a.at.from - b.at.from);

function byHost(source: SourceText, segments: readonly RecognisedSegment[]): readonly NodePart[] | undefined {
  const starts: { host: string; line: number }[] = [];
  for (const [i, { format, lines }] of segments.entries()) {
    // several were run together on one line
    if (lines[0] === segments[i - 1]?.lines[0]) continue;
    const host = format === "bundle" ? bundleHost(source, lines[0]) : promptHost(lineText(source, lines[0], 400));
    if (host !== undefined && host !== starts[starts.length - 1]?.host) starts.push({ host, line: lines[0] });
  }
  return partsAt(
    source,
    starts.map(({ host, line }) => ({ title: host, line })),
  );
}

/** Parts that begin at these lines. One that comes back is a hop to and fro, as through ssh: then there is no one place to cut. */
function partsAt(source: SourceText, starts: readonly Start[]): readonly NodePart[] | undefined {
  const titles = new Set(starts.map((s) => s.title));
  if (titles.size < 2 || titles.size !== starts.length) return undefined;
  return starts.map(({ title, side, line }, i) => ({
    name: words(title, title),
    named: true,
    ...(side && { side }),
    from: i === 0 ? 0 : startOf(source, line),
    to: startOf(source, starts[i + 1]?.line),
  }));
}

interface Start {
  readonly title: string;
  readonly side?: "healthy" | "broken";
  readonly line: number;
}

function byHeading(source: SourceText, segments: readonly RecognisedSegment[]): readonly NodePart[] | undefined {
  const starts: (Start & { readonly bare: boolean; readonly formats: Set<string> })[] = [];
  for (const [i, { format, lines }] of segments.entries()) {
    const found = headingAbove(source, lines[0], segments[i - 1]?.lines[0] ?? 0);
    if (found && found.title !== starts[starts.length - 1]?.title) starts.push({ ...found, formats: new Set() });
    starts[starts.length - 1]?.formats.add(format);
  }
  // names alone may be of anything, unless what stands below them is of the same kinds
  const [first, ...rest] = starts;
  if (starts.some((s) => s.bare) && !rest.every((s) => [...s.formats].some((f) => first?.formats.has(f))))
    return undefined;
  return partsAt(source, starts);
}

/** The heading nearest above a dump; blank lines, rulers and fences may stand between. `after`: where the dump before begins. */
function headingAbove(
  source: SourceText,
  line: number,
  after: number,
): (NodeHeading & { readonly line: number }) | undefined {
  for (let above = line - 1; above > after && above >= line - highest; above--) {
    const text = lineText(source, above, 400);
    const found = nodeHeading(text.replace(/\r$/, ""));
    if (found) return { ...found, line: above };
    if (/[\p{L}\p{N}]/u.test(text) && !isFence(text)) return undefined;
  }
  return undefined;
}

const promptHost = (line: string): string | undefined => {
  const found = prompt.exec(line.trimStart());
  return found?.[1] ?? found?.[2];
};

function bundleHost(source: SourceText, first: number): string | undefined {
  for (let line = first; line < first + headOfBundle; line++) {
    const frame = frameIn(lineText(source, line, 400))?.frame;
    if (frame?.kind === "fact" && frame.key === "host") return frame.value;
  }
  return undefined;
}

/** Where the first contradiction's second dump begins, if the text holds an earlier one of its kind. */
function byClash(
  source: SourceText,
  segments: readonly RecognisedSegment[],
  clashes: readonly number[],
): readonly NodePart[] | undefined {
  const second = segments.filter(
    (s, i) =>
      clashes.some((at) => at >= s.at.from && at < s.at.to) && segments.slice(0, i).some((b) => b.format === s.format),
  )[0];
  if (!second) return undefined;
  const [line] = second.lines;
  const last = lineCount(source);
  const cut = startOf(source, line);
  return [
    { name: words(`lines 1–${line - 1}`, `第 1–${line - 1} 行`), named: false, from: 0, to: cut },
    { name: words(`lines ${line}–${last}`, `第 ${line}–${last} 行`), named: false, from: cut, to: source.bytes.length },
  ];
}

const startOf = (source: SourceText, line: number | undefined): number =>
  (line === undefined ? undefined : source.lineStarts[line - 1]) ?? source.bytes.length;

/** Says that a text seems to hold several nodes, where the second begins. */
export function severalNodes(source: SourceText, segments: readonly RecognisedSegment[]): readonly Diagnostic[] {
  const nodes = namedNodes(source, segments);
  const second = nodes?.[1];
  if (!nodes || !second) return [];
  const names = nodes.map(({ name }) => name);
  return [
    {
      code: "paste/several-nodes",
      severity: "info",
      at: spanOfLines(source, lineAt(source, second.from), lineAt(source, second.from)),
      message: words(
        `This text seems to hold dumps of ${names.map((n) => n.en).join(" and ")}; they are read as those of one node.`,
        `这段文本似乎包含 ${names.map((n) => n["zh-CN"]).join(" 和 ")} 的转储；目前按同一节点读取。`,
      ),
      advice: words("Give each node a text of its own.", "把每个节点的内容分成单独的文本。"),
    },
  ];
}
