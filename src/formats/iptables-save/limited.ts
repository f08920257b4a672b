import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";

/** One kind of trouble is shown this often, and one and the same sentence; a dump of 100,000 rules may have it in each. */
const mostOfOneCode = 100;
const mostOfOneMessage = 10;

/** Collects diagnostics; of each code only the first ones, and at the end how many more there were. */
export class LimitedDiagnostics {
  private readonly shown: Diagnostic[] = [];
  private readonly counts = new Map<string, number>();
  private readonly hidden = new Map<string, { readonly first: Diagnostic; readonly count: number }>();

  readonly report = (diagnostic: Diagnostic): void => {
    const { code, message } = diagnostic;
    const ofCode = this.count(code);
    const same = `${code}: ${message.en}`;
    const ofMessage = this.count(same);
    if (ofMessage > mostOfOneMessage) this.hide(same, diagnostic);
    else if (ofCode > mostOfOneCode) this.hide(code, diagnostic);
    else this.shown.push(diagnostic);
  };

  /** What is to be shown; of hidden ones, how many and where they begin. */
  all(): readonly Diagnostic[] {
    const more = [...this.hidden.values()].map(
      ({ first, count }): Diagnostic => ({
        code: "iptables-save/more-of-these",
        severity: first.severity,
        at: first.at,
        message: words(
          `The same (${first.code}) is found ${count} more times from here on.`,
          `自此处起，同类问题（${first.code}）还有 ${count} 处。`,
        ),
      }),
    );
    return [...this.shown, ...more];
  }

  private count(key: string): number {
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return count;
  }

  private hide(key: string, diagnostic: Diagnostic): void {
    const before = this.hidden.get(key);
    this.hidden.set(key, { first: before?.first ?? diagnostic, count: (before?.count ?? 0) + 1 });
  }
}
