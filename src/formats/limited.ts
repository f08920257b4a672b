import type { Diagnostic } from "../base/diagnostic.ts";
import { words } from "../base/words.ts";

/** Diagnostics of one code in one segment that are shown each by itself. */
const most = 100;

/** What one segment has to say, at most `most` times for each code; the last one covers the rest. */
export function limited(list: readonly Diagnostic[]): readonly Diagnostic[] {
  if (list.length <= most) return list;
  const kept: Diagnostic[] = [];
  const count = new Map<string, number>();
  const rest = new Map<string, { first: Diagnostic; to: number; n: number }>();
  for (const d of list) {
    const n = (count.get(d.code) ?? 0) + 1;
    count.set(d.code, n);
    if (n <= most) {
      kept.push(d);
      continue;
    }
    const more = rest.get(d.code);
    if (more) rest.set(d.code, { ...more, to: Math.max(more.to, d.at.to), n: more.n + 1 });
    else rest.set(d.code, { first: d, to: d.at.to, n: 1 });
  }
  for (const { first, to, n } of rest.values())
    kept.push({
      ...first,
      at: { ...first.at, to },
      message: words(
        `${first.message.en} So it is ${n} times from here on.`,
        `${first.message["zh-CN"]}从这里起共有 ${n} 处。`,
      ),
    });
  return kept;
}
