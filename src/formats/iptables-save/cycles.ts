/**
 * Jumps between chains, sorted by the chain they start from: those of chain `c` are [starts[c], starts[c + 1]) of `to`, where -1
 * stands for a rule that jumps nowhere.
 */
export interface Jumps {
  readonly starts: Int32Array;
  readonly to: Int32Array;
}

/** Chains that are gone through between two yields. */
const stretch = 1 << 13;

/**
 * Places (in `to`) of jumps that lead back to a chain they come from; the kernel refuses such rules (x_tables.c, mark_source_chains).
 * Depth first without recursion, as chains may nest deep.
 */
export function* cycles({ starts, to }: Jumps): Generator<undefined, readonly number[]> {
  const chains = starts.length - 1;
  const found: number[] = [];
  const fresh = 0;
  const onPath = 1;
  const done = 2;
  const state = new Uint8Array(chains);
  const next = starts.slice(0, chains);
  const path: number[] = [];
  let steps = 0;
  for (let root = 0; root < chains; root++) {
    if (state[root] !== fresh) continue;
    path.push(root);
    state[root] = onPath;
    for (let top = path[path.length - 1]; top !== undefined; top = path[path.length - 1]) {
      if (++steps % stretch === 0) yield;
      const at = next[top] ?? 0;
      if (at >= (starts[top + 1] ?? 0)) {
        state[top] = done;
        path.pop();
        continue;
      }
      next[top] = at + 1;
      const chain = to[at] ?? -1;
      if (chain === -1) continue;
      if (state[chain] === onPath) found.push(at);
      else if (state[chain] === fresh) {
        state[chain] = onPath;
        path.push(chain);
      }
    }
  }
  return found;
}
