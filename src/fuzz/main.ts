import { parseArgs } from "node:util";
import fc from "fast-check";
import { fault } from "./check.ts";
import { inputs } from "./inputs.ts";
import { seeds } from "./seeds.ts";

const usage = "usage: npm run fuzz -- [--runs N] [--seed S]";

/** An input of this much CPU time is a fault, too: some pattern tries again and again. Inputs are a few kilobytes. */
const mostSeconds = 5;

function main(): number {
  const { values } = parseArgs({
    options: { runs: { type: "string", default: "20000" }, seed: { type: "string" }, help: { type: "boolean" } },
  });
  const numRuns = Number(values.runs);
  const seed = values.seed === undefined ? Date.now() | 0 : Number(values.seed);
  if (values.help || !Number.isInteger(numRuns) || !Number.isInteger(seed)) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const result = fc.check(
    fc.property(inputs(seeds()), (bytes) => {
      const before = performance.now();
      const wrong = fault(bytes) ?? (performance.now() - before > mostSeconds * 1000 ? slow(bytes) : undefined);
      if (wrong !== undefined) throw new Error(wrong);
    }),
    { numRuns, seed, endOnFailure: false },
  );
  process.stdout.write(`${result.numRuns} inputs, seed ${seed}: ${result.failed ? "1 failed" : "none failed"}\n`);
  if (!result.failed) return 0;
  const [bytes] = result.counterexample ?? [new Uint8Array()];
  process.stdout.write(
    `${result.errorInstance instanceof Error ? result.errorInstance.stack : result.errorInstance}\n${shown(bytes)}\n`,
  );
  return 1;
}

/** It may have been the machine; what counts is the time on the processor. */
function slow(bytes: Uint8Array): string | undefined {
  const before = process.cpuUsage();
  fault(bytes);
  const { user } = process.cpuUsage(before);
  return user > mostSeconds * 1e6 ? `${user / 1e6} s for ${bytes.length} bytes` : undefined;
}

/** A text as a case file of formats/bad-input writes it behind `==^`. */
const shown = (bytes: Uint8Array): string =>
  `==^ seed of a failure\n${Array.from(bytes, (byte) =>
    byte === 10
      ? "\n"
      : byte === 0x5c
        ? "\\\\"
        : byte >= 32 && byte < 127
          ? String.fromCharCode(byte)
          : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("")}`;

process.exitCode = main();
