import type { Backend } from "./kernel.ts";

export interface Deviation {
  /** Of both backends where there is none. */
  readonly backend?: Backend;
  readonly spelling: RegExp;
  readonly because: string;
}

/** Spellings that the tools save as another rule than natlens prints for them. */
const deviations: readonly Deviation[] = [
  {
    backend: "nft",
    spelling: /--nflog-range/,
    because: "becomes nft's own log statement, which has no such length (iptables nft.c add_log)",
  },
  {
    spelling: /-m ipcomp$/,
    because: "without options the tool means index 0, though it saves the whole range in the same way",
  },
];

export const deviationOf = (backend: Backend, spelling: string): Deviation | undefined =>
  deviations.find((known) => (known.backend ?? backend) === backend && known.spelling.test(spelling));
