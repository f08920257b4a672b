import type { Benchmark } from "./benchmark.ts";
import { diagnose } from "./diagnose.ts";
import { diff } from "./diff.ts";
import { parse } from "./parse.ts";
import { simulate } from "./simulate.ts";

/** In the order in which `npm run bench` runs them. */
export const benchmarks: readonly Benchmark[] = [parse, diff, simulate, diagnose];
