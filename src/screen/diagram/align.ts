/** One row of an alignment: what both have, or what one of them alone has. */
export interface Aligned<T> {
  readonly healthy?: T;
  readonly broken?: T;
}

/**
 * Longest common subsequence of two keyed lists; what is not common keeps its place between its neighbours. Runs that
 * only one list has come first from `healthy`, then from `broken`.
 */
export function align<T>(
  healthy: readonly T[],
  broken: readonly T[],
  keyOf: (value: T) => string,
): readonly Aligned<T>[] {
  const a = healthy.map(keyOf);
  const b = broken.map(keyOf);
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i * width + j] =
        a[i] === b[j]
          ? (best[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
  const rows: Aligned<T>[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = healthy[i];
    const right = broken[j];
    if (left !== undefined && right !== undefined && a[i] === b[j]) {
      rows.push({ healthy: left, broken: right });
      i++;
      j++;
    } else if (
      left !== undefined &&
      (right === undefined || (best[(i + 1) * width + j] ?? 0) >= (best[i * width + j + 1] ?? 0))
    ) {
      rows.push({ healthy: left });
      i++;
    } else if (right !== undefined) {
      rows.push({ broken: right });
      j++;
    }
  }
  return rows;
}
