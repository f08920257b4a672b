import { lineText, type Verdict } from "./compare.ts";
import { deviationOf } from "./deviations.ts";
import type { Observed } from "./observe.ts";
import type { Round } from "./round.ts";
import { attemptText } from "./scenario.ts";

type Disagreement = Extract<Verdict, { kind: "disagrees" }>;

/** Counts what was compared, and prints what does not agree. */
export class Report {
  private readonly say: (line: string) => void;
  private readonly release: string;
  private readonly started = performance.now();
  private readonly apart = new Map<string, number>();
  private nodes = 0;
  private agreed = 0;
  private deviated = 0;
  private refused = 0;
  failed = 0;

  constructor(release: string, say: (line: string) => void) {
    this.release = release;
    this.say = say;
  }

  add(round: Round): void {
    if (round.refused !== undefined) {
      this.refused++;
      this.say(`${round.scenario.setup.name} not set up: ${round.refused}`);
      return;
    }
    this.nodes++;
    let shown = false;
    for (const { verdict, observed } of round.results) {
      if (verdict.kind === "agrees") this.agreed++;
      else if (verdict.kind === "lost") this.setApart("its trace was lost");
      else if (verdict.kind === "not-comparable") this.setApart(verdict.because);
      else if (deviationOf(this.release, observed.attempt, verdict.details.join("\n"))) this.deviated++;
      else {
        this.failed++;
        this.disagreement(round, observed, verdict);
        if (!shown) for (const [file, text] of round.dumps) this.say(`---- ${file}\n${text.trimEnd()}`);
        shown = true;
      }
    }
  }

  private setApart(because: string): void {
    this.apart.set(because, (this.apart.get(because) ?? 0) + 1);
  }

  /** What a recorded case is made of: the packet, both traces, what the kernel did in the end. */
  private disagreement(round: Round, observed: Observed, { details, way }: Disagreement): void {
    const { attempt, tried } = observed;
    const { name, backend } = round.scenario.setup;
    this.say(`FAILED ${name} (${backend}): ${attemptText(attempt)}`);
    for (const detail of details) this.say(detail.replaceAll(/^/gm, "    "));
    this.say(`  the kernel: ${JSON.stringify(tried)}`);
    for (const line of [...observed.request, ...observed.answer])
      this.say(`    ${round.model ? lineText(round.model.snapshot, line) : ""}`);
    this.say("  natlens:");
    for (const line of way) this.say(`    ${line}`);
  }

  /** The last line is what `npm test` counts. */
  close(seed: number): void {
    const seconds = (performance.now() - this.started) / 1000;
    const skipped = [...this.apart.values()].reduce((sum, n) => sum + n, this.refused);
    const compared = this.agreed + this.deviated + this.failed;
    for (const [why, n] of [...this.apart].sort((a, b) => b[1] - a[1])) this.say(`${n} not compared: ${why}`);
    this.say(
      `${compared} scenarios on ${this.nodes} nodes, ${this.agreed} agree, ${this.failed} disagree, ${this.deviated} known to deviate; ` +
        `${(compared / seconds).toFixed(1)} a second; kernel ${this.release}; seed ${seed}`,
    );
    this.say(`${this.agreed + this.deviated} passed, ${this.failed} failed, ${skipped} skipped`);
  }
}
