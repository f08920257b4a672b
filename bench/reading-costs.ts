import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { sourceText } from "../src/base/source.ts";
import { readNodeSteps } from "../src/formats/read.ts";
import type { Reading } from "../src/formats/reading.ts";

/** Memory that a reading keeps beside its text, and the longest time between two of its yields, in one process. */
export function readingCosts(dump: string, rules: number): string {
  const bytes = new TextEncoder().encode(dump);
  const before = used();
  const { reading, longest } = read(bytes);
  const grown = used() - before;
  // other programs only ever make it longer
  const shortest = Math.min(longest, read(bytes).longest, read(bytes).longest);
  return `kept beside the text: ${(grown / rules).toFixed(0)} bytes a rule (${reading.segments.length} segment); longest time between two yields: ${shortest.toFixed(1)} ms`;
}

function read(bytes: Uint8Array): { readonly reading: Reading; readonly longest: number } {
  const source = sourceText("bench/0", "bench", bytes);
  let longest = 0;
  let last = performance.now();
  const steps = readNodeSteps([source]);
  for (;;) {
    const step = steps.next();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (step.done) return { reading: step.value, longest };
  }
}

/** Bytes in use when everything that can be collected is; with helper threads (see `npm run bench`) some of it would still be counted. */
function used(): number {
  setFlagsFromString("--expose-gc");
  const gc: () => void = runInNewContext("gc");
  gc();
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
