import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import type { Family } from "../net/ip.ts";
import type { HeaderDraft } from "./parse-header.ts";
import type { Owner } from "./resolve-option.ts";
import type { Rule, RuleMatch, RuleTarget } from "./rule.ts";
import type { RuleOption } from "./rule-option.ts";
import { matchModule, newPart, type Part, readPart, targetModule } from "./rule-part.ts";
import type { Trouble } from "./rule-troubles.ts";
import * as troubles from "./rule-troubles.ts";
import type { RuleWord } from "./split-words.ts";
import { isVerdict } from "./targets/index.ts";

/** What a rule's text does not say about itself. */
export interface RuleContext {
  readonly table: string;
  readonly family: Family;
  /** 1-based position within its chain. */
  readonly number: number;
  /** Where columns [from, to) of the text stand in the pasted text. */
  at(from: number, to: number): Span;
  /** Where the whole rule stands. */
  whole(): Span;
  report(diagnostic: Diagnostic): void;
  /** The table is known to have a user-defined chain of this name. */
  isChain(name: string): boolean;
}

/**
 * A rule while its words are handed out to matches and target. Every word ends up in one of them or in `leftover`, and none is lost; what
 * cannot be placed makes the rule not understood.
 */
export class RuleDraft {
  readonly header: HeaderDraft = {};
  readonly parts: Part[] = [];
  counters: Rule["counters"];
  private readonly text: string;
  private readonly context: RuleContext;
  private readonly leftover: RuleWord[] = [];
  /** Options met before the `-m` they belong to. */
  private readonly early: { readonly owner: string; readonly option: RuleOption }[] = [];
  private target: Part | undefined;
  private goto = false;
  private understood = true;

  constructor(text: string, context: RuleContext) {
    this.text = text;
    this.context = context;
  }

  addMatch(name: string, own: readonly RuleWord[]): void {
    const part = newPart("match", name, matchModule(name), this.nameSpan(own));
    if (!part.module) this.complainAt(troubles.unknownMatch(name), part.at());
    this.addPart(part);
  }

  setTarget(name: string, own: readonly RuleWord[], goto: boolean): void {
    if (this.target) {
      this.complain(troubles.twoTargets, own);
      this.leaveOver(own);
      return;
    }
    const plain = goto || isVerdict(name) || this.context.isChain(name);
    this.target = newPart("target", name, targetModule(name, plain), this.nameSpan(own));
    this.goto = goto;
    this.addPart(this.target);
  }

  addPart(part: Part): void {
    this.parts.push(part);
    for (let i = 0; i < this.early.length; i++) {
      const waiting = this.early[i];
      if (waiting?.owner !== part.name) continue;
      part.given.push(waiting.option);
      part.own.push(...waiting.option.words);
      this.early.splice(i--, 1);
    }
  }

  /** An option whose arguments are complete. */
  give({ part, name }: Owner, option: RuleOption): void {
    if (!part) this.early.push({ owner: name, option });
    else {
      part.given.push(option);
      part.own.push(...option.words);
    }
  }

  /** An option that breaks off before its arguments. */
  cutShort(option: RuleWord, own: readonly RuleWord[], part: Part | undefined): void {
    this.complain(troubles.argumentMissing(option.text), [option]);
    if (!part) this.leaveOver(own);
    else {
      part.damaged = true;
      part.own.push(...own);
    }
  }

  /** Words of the header or a command that cannot be used. */
  leaveOver(own: readonly RuleWord[]): void {
    this.understood = false;
    this.leftover.push(...own);
  }

  /**
   * Words that nothing named so far knows. A match or target unknown to natlens may well know them; else they may have been a
   * condition of the part before them, which is therefore not understood.
   */
  absorb(own: readonly RuleWord[], trouble: Trouble, at: readonly RuleWord[] = own): void {
    const unknown = this.parts.findLast((part) => !part.module);
    if (unknown) {
      unknown.own.push(...own);
      return;
    }
    this.complain(trouble, at);
    const part = this.parts[this.parts.length - 1];
    if (!part) this.leaveOver(own);
    else {
      part.damaged = true;
      part.own.push(...own);
    }
  }

  absorbStray(own: readonly RuleWord[]): void {
    this.absorb(own, troubles.strayWord(this.written(own)));
  }

  complain(trouble: Trouble, own: readonly RuleWord[]): void {
    this.complainAt(trouble, this.span(own));
  }

  complainAt({ code, severity, message }: Trouble, at: Span): void {
    if (severity === "error") this.understood = false;
    this.context.report({ code, severity, at, message });
  }

  finish(chain: string): Rule {
    for (const { option } of this.early) this.absorbStray(option.words);
    const matches = this.parts.filter((part) => part.kind === "match").map((part) => this.match(part));
    const target = this.target ? this.ruleTarget(this.target) : null;
    return {
      table: this.context.table,
      chain,
      number: this.context.number,
      header: this.header,
      matches,
      target,
      ...(this.counters && { counters: this.counters }),
      at: this.context.whole(),
      understood: this.understood,
      ...(this.leftover.length > 0 && { leftover: this.written(this.leftover) }),
    };
  }

  private match(part: Part): RuleMatch {
    const value = this.valueOf(part, "match");
    return value === undefined ? { name: part.name, value, text: this.written(part.own) } : { name: part.name, value };
  }

  private ruleTarget(part: Part): RuleTarget {
    const { name } = part;
    const { goto } = this;
    if (!part.module && part.own.length > 0) this.complainAt(troubles.unknownTarget(name), part.at());
    else if (!part.module) return { kind: "chain", name, goto, value: null };
    const kind = !part.module
      ? "unknown"
      : goto || (!isVerdict(name) && this.context.isChain(name))
        ? "chain"
        : isVerdict(name)
          ? "verdict"
          : "extension";
    const value = this.valueOf(part, "target");
    return value === undefined
      ? { kind, name, goto, value, text: this.written(part.own) }
      : { kind, name, goto, value };
  }

  private valueOf(part: Part, area: "match" | "target"): unknown {
    const value = readPart(part, this.context.family, (code, at, message) =>
      this.complainAt({ code: `${area}/${code}`, severity: "error", message }, at),
    );
    if (value === undefined) this.understood = false;
    else if (part.module?.level === "recognised") this.complainAt(troubles.notModelled(area, part.name), part.at());
    return value;
  }

  private nameSpan(own: readonly RuleWord[]): () => Span {
    const last = own[own.length - 1];
    return () => this.context.at(last?.from ?? 0, last?.to ?? this.text.length);
  }

  private span(own: readonly RuleWord[]): Span {
    return this.context.at(own[0]?.from ?? 0, own[own.length - 1]?.to ?? this.text.length);
  }

  private written(own: readonly RuleWord[]): string {
    let text = "";
    for (const [i, { from, to }] of own.entries()) {
      const before = own[i - 1];
      // Blanks between neighbours stay: old tools wrote two.
      const between = before ? this.text.slice(before.to, from) : "";
      text += before ? (/^\s+$/.test(between) ? between : " ") : "";
      text += this.text.slice(from, to);
    }
    return text;
  }
}
