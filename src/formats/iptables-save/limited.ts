import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";

/** One kind of trouble is shown this often; a dump of 100,000 rules may have it in each of them. */
const mostOfOneCode = 100;

/** Collects diagnostics; of each code only the first ones, and at the end how many more there were. */
export class LimitedDiagnostics {
  private readonly shown: Diagnostic[] = [];
  private readonly counts = new Map<string, number>();
  private readonly firstHidden = new Map<string, Diagnostic>();

  readonly report = (diagnostic: Diagnostic): void => {
    const count = (this.counts.get(diagnostic.code) ?? 0) + 1;
    this.counts.set(diagnostic.code, count);
    if (count <= mostOfOneCode) this.shown.push(diagnostic);
    else if (count === mostOfOneCode + 1) this.firstHidden.set(diagnostic.code, diagnostic);
  };

  all(): readonly Diagnostic[] {
    const more = [...this.firstHidden].map(([code, first]): Diagnostic => {
      const hidden = (this.counts.get(code) ?? 0) - mostOfOneCode;
      return {
        code: "iptables-save/more-of-these",
        severity: first.severity,
        at: first.at,
        message: words(
          `The same (${code}) is found ${hidden} more times from here on.`,
          `自此处起，同类问题（${code}）还有 ${hidden} 处。`,
        ),
      };
    });
    return [...this.shown, ...more];
  }
}
