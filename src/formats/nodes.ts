import { lineCount, lineText, type SourceText } from "../base/source.ts";
import type { Words } from "../base/words.ts";
import { words } from "../base/words.ts";
import { frameIn } from "./paste/bundle-frame.ts";
import type { RecognisedSegment } from "./reading.ts";

/** A stretch of one text that is of one node, by bytes: cut there, each is a text of its own. */
export interface NodePart {
  readonly name: Words;
  /** The name is a host's. */
  readonly named: boolean;
  readonly from: number;
  readonly to: number;
}

/** Facts stand at a bundle's begin. */
const headOfBundle = 40;
/** The host in a prompt: `root@node-1:~#`, `[root@node-1 ~]$`, `node-1:~ #`. */
const prompt =
  /^(?:\([\w.-]{1,40}\) )?(?:\[[^\]@\s]{1,64}@([\w.-]{1,128})[^\]]{0,128}\]|[\w.-]{1,64}@([\w.-]{1,128})[^#$]{0,200}?) ?[#$]/;

/**
 * Whether one text holds dumps of several nodes, and where they part: prompts or bundles of different hosts, one after
 * the other; or, where no host is named, dumps that contradict each other (`clashes`: where the second of a pair begins).
 * Nobody's prompt is a fact: this is only ever an offer. Undefined: one node, as far as can be seen.
 */
export function nodesIn(
  source: SourceText,
  segments: readonly RecognisedSegment[],
  clashes: readonly number[],
): readonly NodePart[] | undefined {
  const own = segments.filter((s) => s.at.source === source.id).sort((a, b) => a.at.from - b.at.from);
  return byHost(source, own) ?? byClash(source, own, clashes);
}

function byHost(source: SourceText, segments: readonly RecognisedSegment[]): readonly NodePart[] | undefined {
  const starts: { host: string; line: number }[] = [];
  for (const { format, lines } of segments) {
    const host = format === "bundle" ? bundleHost(source, lines[0]) : promptHost(lineText(source, lines[0], 400));
    if (host !== undefined && host !== starts[starts.length - 1]?.host) starts.push({ host, line: lines[0] });
  }
  const hosts = new Set(starts.map((s) => s.host));
  // one that comes back is a hop to and fro, as through ssh: then there is no one place to cut
  if (hosts.size < 2 || hosts.size !== starts.length) return undefined;
  return starts.map(({ host, line }, i) => ({
    name: words(host, host),
    named: true,
    from: i === 0 ? 0 : startOf(source, line),
    to: startOf(source, starts[i + 1]?.line),
  }));
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
