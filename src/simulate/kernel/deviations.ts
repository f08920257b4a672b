import type { Attempt } from "./scenario.ts";

export interface Deviation {
  /** Of the kernels whose release fits. */
  readonly kernel: RegExp;
  readonly is: (attempt: Attempt, details: string) => boolean;
  readonly because: string;
}

/** Where the simulator is known to differ from a kernel, and why it is left so. The aim is none. */
const deviations: readonly Deviation[] = [];

export const deviationOf = (release: string, attempt: Attempt, details: string): Deviation | undefined =>
  deviations.find((known) => known.kernel.test(release) && known.is(attempt, details));
