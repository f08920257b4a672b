import type { SideView } from "../../../analysis/view.ts";

type Segment = SideView["segments"][number];

/** What was recognised of one kind of dump, all its pieces added up. */
export interface Kind {
  readonly format: string;
  readonly title: Segment["title"];
  readonly counts: Segment["counts"];
  readonly partial: boolean;
  readonly at: Segment["at"];
  readonly line: number;
}

/** What decides most comes first, whatever the files are called. */
const order = ["iptables-save", "ipvsadm-save", "ipvsadm-list", "ipset-save", "ipset-list", "ip-addr", "ip-route"];
const rankOf = (format: string): number => (order.includes(format) ? order.indexOf(format) : order.length);

export function kindsOf(side: SideView): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  for (const { format, title, counts, coverage, at, lines } of side.segments) {
    const known = kinds.get(format);
    const partial = coverage === "partial";
    if (!known) kinds.set(format, { format, title, counts, partial, at, line: lines[0] });
    else kinds.set(format, { ...known, counts: added(known.counts, counts), partial: known.partial || partial });
  }
  return [...kinds.values()].sort((a, b) => rankOf(a.format) - rankOf(b.format));
}

/** Counts of the same thing are summed; what only one piece has, stays. `of` may differ by number: the plural stands. */
function added(a: Segment["counts"], b: Segment["counts"]): Segment["counts"] {
  return a.length === b.length
    ? a.map((count, i) => {
        const other = b[i];
        if (!other) return count;
        const of = other.n > count.n || other.n > 1 ? other.of : count.of;
        return { n: count.n + other.n, of };
      })
    : [...a, ...b.slice(a.length)];
}
