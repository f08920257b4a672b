/** A jump from one chain to another, by index, and its line. */
export interface Jump {
  readonly from: number;
  readonly to: number;
  readonly line: number;
}

/**
 * Lines of jumps that lead back to a chain they come from; the kernel refuses such rules (x_tables.c, mark_source_chains).
 * Depth first without recursion, as chains may nest deep.
 */
export function cycles(jumps: readonly Jump[], chains: number): readonly number[] {
  const { starts, sorted } = byChain(jumps, chains);
  const found: number[] = [];
  const fresh = 0;
  const onPath = 1;
  const done = 2;
  const state = new Uint8Array(chains);
  const next = starts.slice();
  const path: number[] = [];
  for (let root = 0; root < chains; root++) {
    if (state[root] !== fresh) continue;
    path.push(root);
    state[root] = onPath;
    for (let top = path[path.length - 1]; top !== undefined; top = path[path.length - 1]) {
      const at = next[top] ?? 0;
      const jump = at < (starts[top + 1] ?? 0) ? sorted[at] : undefined;
      if (!jump) {
        state[top] = done;
        path.pop();
        continue;
      }
      next[top] = at + 1;
      if (state[jump.to] === onPath) found.push(jump.line);
      else if (state[jump.to] === fresh) {
        state[jump.to] = onPath;
        path.push(jump.to);
      }
    }
  }
  return found;
}

/** Jumps sorted by the chain they start from; those of chain `c` are [starts[c], starts[c + 1]). */
function byChain(
  jumps: readonly Jump[],
  chains: number,
): { readonly starts: Int32Array; readonly sorted: readonly Jump[] } {
  const starts = new Int32Array(chains + 1);
  for (const { from } of jumps) starts[from + 1] = (starts[from + 1] ?? 0) + 1;
  for (let chain = 0; chain < chains; chain++) starts[chain + 1] = (starts[chain + 1] ?? 0) + (starts[chain] ?? 0);
  return { starts, sorted: [...jumps].sort((a, b) => a.from - b.from) };
}
