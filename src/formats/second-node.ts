import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import { lineAt, type Span } from "../base/span.ts";
import { type Words, words } from "../base/words.ts";

/** Two segments that cannot both be true of one node. */
export interface Clash {
  /** `table nat`, `device eth0`: one diagnostic for each. */
  readonly what: string;
  readonly first: Span;
  readonly second: Span;
}

/** Says of each clash which of the two is used. */
export function secondNode(clashes: readonly Clash[], sources: ReadonlyMap<string, SourceText>): Diagnostic[] {
  const seen = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const { what, first, second } of clashes) {
    const key = `${what.split(" ")[0]} ${second.source} ${what.startsWith("table") ? second.from : ""}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const named = what.split(" ").slice(1).join(" ");
    const [en, zh] = kinds[what.split(" ")[0] ?? ""] ?? ["", ""];
    const a = place(first, second, sources);
    const b = place(second, first, sources);
    diagnostics.push({
      code: "paste/second-node",
      severity: "warning",
      at: second,
      message: words(
        `${en}${named === "" ? "" : ` ${named}`} is here twice and differs: ${a.en} and ${b.en}. The first is used.`,
        `${zh}${named === "" ? "" : ` ${named}`} 出现两次且不同：${a["zh-CN"]}和${b["zh-CN"]}。采用前者。`,
      ),
      advice: words(
        "If they are of two nodes, paste one on the other side.",
        "如果来自两个节点，把其中一份粘贴到另一侧。",
      ),
    });
  }
  return diagnostics;
}

const kinds: Readonly<Record<string, readonly [string, string]>> = {
  table: ["Table", "表"],
  device: ["Device", "网卡"],
  set: ["Set", "集合"],
  server: ["Virtual server", "虚拟服务"],
  route: ["Route", "路由"],
  kernel: ["The kernel release", "内核版本"],
  setting: ["kube-proxy's setting", "kube-proxy 的设置"],
};

function place(span: Span, other: Span, sources: ReadonlyMap<string, SourceText>): Words {
  const source = sources.get(span.source);
  const from = source ? lineAt(source, span.from) : 0;
  const to = source ? lineAt(source, Math.max(span.from, span.to - 1)) : 0;
  const lines =
    from === to ? words(`line ${from}`, `第 ${from} 行`) : words(`lines ${from}–${to}`, `第 ${from}–${to} 行`);
  if (span.source === other.source || !source) return lines;
  return words(`${lines.en} of ${source.name}`, `${source.name} ${lines["zh-CN"]}`);
}
