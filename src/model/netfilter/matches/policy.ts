import { words } from "../../../base/words.ts";
import type { Complain, GivenOption } from "../option.ts";
import type { MatchModule } from "./match.ts";

const wordCount: Readonly<Record<string, number>> = {
  "--dir": 1,
  "--pol": 1,
  "--strict": 0,
  "--next": 0,
  "--reqid": 1,
  "--spi": 1,
  "--proto": 1,
  "--mode": 1,
  "--tunnel-dst": 1,
  "--tunnel-src": 1,
};

export type PolicyOption = Pick<GivenOption, "name" | "negated" | "args">;

/** IPsec policy: recognised. Its options repeat after `--next`, so they are kept in the order given. libxt_policy.c. */
export const policy: MatchModule<readonly PolicyOption[]> = {
  name: "policy",
  level: "recognised",
  note: words("No dump shows IPsec policies.", "转储里看不到 IPsec 策略。"),
  options: wordCount,
  needs: [["--dir"], ["--pol"]],
  parse: (options: readonly GivenOption[], _complain: Complain) =>
    options.map(({ name, negated, args }) => ({ name, negated, args })),
  print: (options) =>
    options.map(({ name, negated, args }) => `${negated ? "! " : ""}${[name, ...args].join(" ")}`).join(" "),
};
