/** One comparison with the tools that people would run instead. */
export interface Benchmark {
  /** What it is asked for by: `npm run bench -- parse`. */
  readonly name: string;
  readonly does: string;
  /** Writes its table with `print`, a line at a time. `folder` is for its files and is removed afterwards. */
  run(folder: string, print: (line: string) => void): void;
}
