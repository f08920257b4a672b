import type { Diagnostic } from "../../base/diagnostic.ts";
import { inPasted, type SourceText } from "../../base/source.ts";
import { type Words, words } from "../../base/words.ts";

/** Neighbouring lines that belong to no segment. 1-based, inclusive; blank lines within do not count. */
export interface Region {
  readonly from: number;
  to: number;
  /** Lines that nobody recognised; the others are prompts, markup and chatter. */
  strange: number;
  /** Within a dump: damaged lines, rather than prose. */
  within: boolean;
  /** The command shown above: natlens reads what it prints (`expected`), or not. */
  command?: { readonly name: string; readonly expected: boolean };
}

/** More regions than this are told together: prose or another kind of file, not a paste of dumps. */
const mostTold = 100;

export interface Regions {
  readonly list: Region[];
  add(line: number, what: "strange" | "noise", after: number): Region;
  /** A dump goes on behind the last one. */
  within(): void;
}

/** `after` is the last line of a segment so far: a region does not reach across it. */
export function newRegions(): Regions {
  const list: Region[] = [];
  return {
    list,
    add(line, what, after) {
      let last = list[list.length - 1];
      if (!last || last.to < after || last.to > line) {
        last = { from: line, to: line, strange: 0, within: false };
        list.push(last);
      }
      last.to = line;
      if (what === "strange") last.strange++;
      return last;
    },
    within() {
      const last = list[list.length - 1];
      if (last) last.within = true;
    },
  };
}

export function regionDiagnostics(source: SourceText, regions: readonly Region[]): Diagnostic[] {
  const ordered = [...regions].sort((a, b) => a.from - b.from);
  const told = ordered.length > mostTold ? ordered.slice(0, mostTold - 1) : ordered;
  const diagnostics = told.map((region) => diagnosticOf(source, region));
  const [first, ...more] = ordered.slice(told.length);
  const last = more[more.length - 1];
  if (first && last) {
    const lines = [first, ...more].reduce((sum, r) => sum + r.strange, 0);
    diagnostics.push({
      code: "paste/unrecognised-many",
      severity: "warning",
      at: spanOfLines(source, first.from, last.to),
      message: words(
        `From here on, ${lines} more lines in ${more.length + 1} places are in no format that natlens reads.`,
        `从这里起，还有 ${more.length + 1} 处共 ${lines} 行不是 natlens 能读的格式。`,
      ),
    });
  }
  return diagnostics;
}

function diagnosticOf(source: SourceText, region: Region): Diagnostic {
  const at = spanOfLines(source, region.from, region.to);
  if (region.strange === 0)
    return {
      code: "paste/noise",
      severity: "info",
      at,
      message: words("Prompts, markup or messages of tools: not used.", "这是提示符、标记或工具的提示信息，未使用。"),
    };
  const count: Words =
    region.strange === 1
      ? words("This line is", "这一行")
      : words(`These ${region.strange} lines are`, `这 ${region.strange} 行`);
  const { command } = region;
  const advice =
    command?.expected === false
      ? words(`natlens does not read what ${command.name} prints.`, `natlens 不读取 ${command.name} 的输出。`)
      : region.within || command?.expected
        ? words(
            "Check that the dump was copied whole and without line breaks of the terminal.",
            "检查导出是否复制完整，是否被终端折行。",
          )
        : undefined;
  return {
    code: "paste/unrecognised",
    severity: region.within || command?.expected ? "warning" : "info",
    at,
    message: words(`${count.en} in no format that natlens reads.`, `${count["zh-CN"]}不是 natlens 能读的格式。`),
    ...(advice ? { advice } : {}),
  };
}

/** From the first line's beginning to the last line's end, without its line end. */
export function spanOfLines(source: SourceText, first: number, last: number): Diagnostic["at"] {
  const from = source.lineStarts[first - 1] ?? 0;
  const next = source.lineStarts[last];
  const to = next === undefined ? source.bytes.length : next - 1;
  return inPasted(source, { source: source.id, from, to: Math.max(to, from + 1) });
}
