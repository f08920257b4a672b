/** A broken invariant is a bug in natlens, never an answer to bad input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`natlens bug: ${message}`);
}
export function assertNever(value: never): never {
  throw new Error(`natlens bug: unhandled ${JSON.stringify(value)}`);
}
