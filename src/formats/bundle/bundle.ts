import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import type { DiagnosticCode } from "../../base/diagnostic-codes.ts";
import { lineAt, type Span } from "../../base/span.ts";
import { type Words, words } from "../../base/words.ts";
import { counted } from "../counted.ts";
import type { Contribution, Format, Lines } from "../format.ts";
import { frameOf, type SectionEnding } from "../paste/bundle-frame.ts";
import { failure } from "./failure.ts";

/** Frames that this version reads. */
const newest = 1;

/**
 * What the collector prints around the output of its commands (formats/collector/collect.sh says the form). Its lines are
 * picked out by segment.ts, which gives each section to the format that its command names; here is read how the
 * commands came out, and the manifest.
 */
export const bundle: Format = {
  id: "bundle",
  title: words("collector's bundle", "采集结果"),
  sniff: (line) => (frameOf(line) ? "strong" : undefined),
  printedBy: () => false,
  parse({ lines }) {
    const diagnostics: Diagnostic[] = [];
    const contributions: Contribution[] = [];
    const say = (code: DiagnosticCode, severity: Severity, at: Span, message: Words, advice?: Words): void =>
      void diagnostics.push({ code, severity, at, message, ...(advice && { advice }) });
    let began = false;
    let sections = 0;
    let announced: number | undefined;
    let unfinished = 0;
    let open: { readonly number: number; readonly line: number; readonly command: string; said: string[] } | undefined;
    for (let i = 0; i < lines.length; i++) {
      const frame = frameOf(lines.text(i));
      const at = lines.span(i);
      if (frame === undefined) continue;
      switch (frame.kind) {
        case "bundle":
          began = true;
          if (frame.version > newest) say("bundle/newer", "warning", at, ...newer);
          break;
        case "fact":
          contributions.push(...factOf(frame.key, frame.value, at));
          diagnostics.push(...oddity(frame.key, frame.value, at));
          break;
        case "begin":
          if (open) unfinished++;
          sections++;
          open = { number: frame.section, line: lineOf(lines, i), command: frame.command, said: [] };
          break;
        case "error":
          if (open?.number === frame.section) open.said.push(frame.text);
          break;
        case "end":
          if (open?.number !== frame.section) {
            unfinished++;
            break;
          }
          diagnostics.push(...failure(open.command, frame.ending, open.said, at));
          if (isLost(frame.ending, lineOf(lines, i) - open.line - 1 - open.said.length))
            say("bundle/lines-lost", "warning", at, ...lost(open.command));
          open = undefined;
          break;
        case "bundle-end":
          announced = frame.sections;
          break;
      }
    }
    const whole = began && announced === sections && unfinished === 0 && !open;
    if (!whole) say("bundle/cut-off", "warning", lines.span(lines.length - 1), ...cutOff);
    return {
      value: {
        contributions,
        coverage: whole ? "whole" : "partial",
        counts: [counted(sections, "command", "commands", "条命令")],
      },
      diagnostics,
    };
  },
};

const lineOf = (lines: Lines, i: number): number => lineAt(lines.source, lines.span(i).from);

const isLost = ({ lines }: SectionEnding, printed: number): boolean => lines !== undefined && lines !== printed;

/** What the manifest says about the node itself. */
function factOf(key: string, value: string, at: Span): readonly Contribution[] {
  if (key === "kernel" && /^\d+\.\d+/.test(value)) return [{ kind: "kernel", release: value, at }];
  const version = key === "kube-proxy-version" ? /\bv\d+\.\d+\.\d+\S*/.exec(value)?.[0] : undefined;
  if (version === undefined) return [];
  return [{ kind: "proxy-run", run: { version: { value: version, at, from: "kube-proxy --version" }, remarks: [] } }];
}

function oddity(key: string, value: string, at: Span): readonly Diagnostic[] {
  if (key === "user" && value !== "root")
    return [
      {
        code: "bundle/not-root",
        severity: "warning",
        at,
        message: words("The collector did not run as root.", "采集脚本不是以 root 身份运行的。"),
        advice: words("Run it again as root.", "请以 root 身份重新运行。"),
      },
    ];
  if (key === "network-namespace" && value.includes("another than that of process 1"))
    return [
      {
        code: "bundle/other-namespace",
        severity: "warning",
        at,
        message: words(
          "The collector ran in another network namespace than process 1: this may be a container's view, not the node's.",
          "采集脚本运行时所在的网络命名空间与 1 号进程不同：这可能是容器内的视图，而不是节点的。",
        ),
        advice: words(
          "Run it on the node itself, or in a pod with host networking.",
          "请在节点上运行，或在使用主机网络的 Pod 中运行。",
        ),
      },
    ];
  return [];
}

const newer: readonly [Words, Words] = [
  words(
    "This bundle is of a newer collector; what is new in it is not read.",
    "该采集结果来自更新版本的采集脚本，其中新增的内容无法读取。",
  ),
  words("Update natlens, or use the collector that it prints.", "请更新 natlens，或使用它自带的采集脚本。"),
];
const cutOff: readonly [Words, Words] = [
  words(
    "The bundle is not whole: its beginning, its end or a section is missing.",
    "采集结果不完整：缺少开头、结尾或其中一段。",
  ),
  words("Paste all of it, from its first line to bundle-end.", "请从第一行到 bundle-end 完整粘贴。"),
];
const lost = (command: string): readonly [Words, Words] => [
  words(
    `What "${command}" printed is here with another number of lines than it had: some were lost or wrapped.`,
    `“${command}”的输出行数与采集时不同：有的行丢失了，或被折行。`,
  ),
  words("Paste the bundle from its file rather than from a terminal.", "请从文件复制采集结果，而不是从终端复制。"),
];
