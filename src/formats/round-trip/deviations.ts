import type { Backend } from "./kernel.ts";

export interface Deviation {
  readonly backend: Backend;
  readonly spelling: RegExp;
  readonly because: string;
}

/** Spellings that one backend saves as another rule than the one that was written. */
const deviations: readonly Deviation[] = [
  {
    backend: "nft",
    spelling: /--nflog-range/,
    because: "becomes nft's own log statement, which has no such length (iptables nft.c add_log)",
  },
];

export const deviationOf = (backend: Backend, spelling: string): Deviation | undefined =>
  deviations.find((known) => known.backend === backend && known.spelling.test(spelling));
