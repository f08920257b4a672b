import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { type Words, words } from "../../base/words.ts";
import type { Family } from "../net/ip.ts";
import { addToHeader, type HeaderDraft, type HeaderField, headerOptions } from "./parse-header.ts";
import { type Owner, ownerOf } from "./resolve-option.ts";
import type { Rule, RuleMatch, RuleTarget } from "./rule.ts";
import { RuleOption } from "./rule-option.ts";
import { matchModule, newPart, type Part, readPart, targetModule } from "./rule-part.ts";
import { type RuleWord, splitWords } from "./split-words.ts";
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
 * Reads one `[p:b] -A CHAIN …` line. Undefined: it does not say which chain it appends to. Whatever cannot be read is reported and kept
 * as text, and the rule is then not `understood`.
 */
export function parseRule(text: string, context: RuleContext): Rule | undefined {
  const parser = new RuleParser(text, context);
  return parser.parse();
}

/** Letters that may have their value joined on: `-ptcp`. */
const joinable = /^-[sdiopjgmcAt]./;
const looksLikeOption = (word: RuleWord): boolean =>
  !word.quoted && (/^-[A-Za-z-]/.test(word.text) || word.text === "!");

class RuleParser {
  private readonly context: RuleContext;
  private readonly text: string;
  private readonly words: readonly RuleWord[];
  private readonly header: HeaderDraft = {};
  private readonly parts: Part[] = [];
  private readonly leftover: RuleWord[] = [];
  /** Options met before the `-m` they belong to. */
  private readonly early: { readonly owner: string; readonly option: RuleOption }[] = [];
  private target: Part | undefined;
  private goto = false;
  private counters: Rule["counters"];
  private understood = true;
  /** Index of the word at hand. */
  private next = 0;
  /** A `!` that waits for its option. */
  private bang: RuleWord | undefined;

  constructor(text: string, context: RuleContext) {
    this.text = text;
    this.context = context;
    const { words: list, openQuote } = splitWords(text);
    this.words = list;
    if (openQuote !== undefined)
      this.complain(
        "rule/open-quote",
        "error",
        context.at(openQuote, text.length),
        words("The quote is not closed.", "引号没有闭合。"),
      );
  }

  parse(): Rule | undefined {
    this.readCounters();
    const chain = this.readChain();
    if (chain === undefined) return undefined;
    while (this.next < this.words.length) this.step();
    this.dropBang();
    for (const { option } of this.early) this.misplaced(option.words);
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

  /** `[12:3456] -A …`, as iptables-save -c writes. */
  private readCounters(): void {
    const first = /^\[(\d+):(\d+)\]$/.exec(this.words[0]?.text ?? "");
    if (!first) return;
    this.counters = { packets: first[1] ?? "0", bytes: first[2] ?? "0" };
    this.next = 1;
  }

  private readChain(): string | undefined {
    const command = this.words[this.next];
    const joined = command && /^-A(.+)$/.exec(command.text)?.[1];
    if (joined !== undefined && joined !== "") {
      this.next++;
      return joined;
    }
    const name = this.words[this.next + 1];
    if (!command || (command.text !== "-A" && command.text !== "--append") || !name || looksLikeOption(name)) {
      const from = command?.from ?? 0;
      this.complain(
        "rule/chain-missing",
        "error",
        this.context.at(from, Math.max(command?.to ?? this.text.length, from + 1)),
        words("The line does not name the chain it appends to.", "该行没有写明追加到哪条链。"),
      );
      return undefined;
    }
    this.next += 2;
    return name.text;
  }

  private step(): void {
    const word = this.words[this.next];
    if (!word) return;
    if (word.text === "!" && !word.quoted) {
      this.dropBang();
      this.bang = word;
      this.next++;
      return;
    }
    if (!/^-[A-Za-z0-9-]/.test(word.text)) {
      this.next++;
      this.misplaced([word]);
      return;
    }
    const { name, inline } = splitOption(word.text);
    const field = headerOptions.get(name);
    if (field) this.headerOption(field, word, inline);
    else if (!this.command(name, word, inline)) this.longOption(name, word, inline);
  }

  /** Takes the word after an option; with `!` before it in the manner of old versions (`-s ! 10.0.0.0/8`). */
  private take(inline: string | undefined, own: RuleWord[]): string | undefined {
    this.next++;
    if (inline !== undefined) return inline;
    let word = this.words[this.next];
    if (word?.text === "!" && !word.quoted && !this.bang && this.words[this.next + 1]) {
      this.bang = word;
      own.push(word);
      word = this.words[++this.next];
    }
    if (!word) return undefined;
    own.push(word);
    this.next++;
    return word.text;
  }

  private headerOption(field: HeaderField, word: RuleWord, inline: string | undefined): void {
    const own = this.bang ? [this.bang, word] : [word];
    let value: string | undefined = "";
    if (field === "fragment") this.next++;
    else value = this.take(inline, own);
    const negated = this.bang !== undefined;
    this.bang = undefined;
    if (value === undefined) {
      this.argumentMissing(word);
      this.leftover.push(...own);
      return;
    }
    const last = own[own.length - 1] ?? word;
    const read = addToHeader(this.header, field, value, negated, this.context.family, (code, message, index = 0) =>
      this.complain(`rule/${code}`, "error", index < 0 ? this.span(own) : this.span([last]), message),
    );
    if (!read) this.leftover.push(...own);
  }

  /** `-m`, `-j`, `-g`, `-c`, `-t`: false if it is none of them. */
  private command(name: string, word: RuleWord, inline: string | undefined): boolean {
    switch (name) {
      case "-m":
      case "--match":
      case "-j":
      case "--jump":
      case "-g":
      case "--goto": {
        this.dropBang();
        const own = [word];
        const value = this.take(inline, own);
        if (value === undefined) {
          this.argumentMissing(word);
          this.leftover.push(word);
        } else if (name === "-m" || name === "--match") this.addMatch(value, own);
        else this.setTarget(value, own, name === "-g" || name === "--goto");
        return true;
      }
      case "-c":
      case "--set-counters": {
        const own = [word];
        const first = this.take(inline, own)?.split(",") ?? [];
        const [packets, bytes = this.words[this.next]?.text] = first;
        if (first.length === 1) this.next++;
        if (packets !== undefined && bytes !== undefined && /^\d+$/.test(packets) && /^\d+$/.test(bytes))
          this.counters = { packets, bytes };
        else this.misplaced(own);
        return true;
      }
      case "-t":
      case "--table": {
        const own = [word];
        const table = this.take(inline, own);
        if (table !== this.context.table) this.misplaced(own);
        return true;
      }
      default:
        return false;
    }
  }

  private addMatch(name: string, own: readonly RuleWord[]): void {
    const at = this.nameSpan(own);
    const module = matchModule(name);
    if (!module)
      this.complain(
        "rule/unknown-match",
        "warning",
        at(),
        words(`natlens does not know the match ${name}.`, `natlens 不认识匹配条件 ${name}。`),
      );
    const part = newPart("match", name, module, at);
    this.parts.push(part);
    this.claimEarly(part);
  }

  private setTarget(name: string, own: readonly RuleWord[], goto: boolean): void {
    if (this.target) {
      this.complain(
        "rule/two-targets",
        "error",
        this.span(own),
        words("The rule has a second target.", "该规则有第二个动作（target）。"),
      );
      this.leftover.push(...own);
      return;
    }
    this.target = newPart(
      "target",
      name,
      targetModule(name, goto || isVerdict(name) || this.context.isChain(name)),
      this.nameSpan(own),
    );
    this.goto = goto;
    this.parts.push(this.target);
    this.claimEarly(this.target);
  }

  private claimEarly(part: Part): void {
    for (let i = 0; i < this.early.length; i++) {
      const waiting = this.early[i];
      if (waiting?.owner !== part.name) continue;
      part.given.push(waiting.option);
      part.own.push(...waiting.option.words);
      this.early.splice(i--, 1);
    }
  }

  private longOption(written: string, word: RuleWord, inline: string | undefined): void {
    const owner = ownerOf(written, this.parts, this.header, this.words, this.next, () => () => this.context.whole());
    if (!owner) {
      this.unknownOption(word);
      return;
    }
    if (owner.part && !this.parts.includes(owner.part)) this.parts.push(owner.part);
    this.give(owner, word, inline);
  }

  /** Hands an option with its arguments to the part it belongs to. */
  private give({ part, module, name: owner, option: name }: Owner, word: RuleWord, inline: string | undefined): void {
    const own = this.bang ? [this.bang, word] : [word];
    const count = module.options[name] ?? 0;
    const args: string[] = inline === undefined ? [] : [inline];
    this.next++;
    const after = this.words[this.next];
    if (
      count > 0 &&
      args.length === 0 &&
      after?.text === "!" &&
      !after.quoted &&
      !this.bang &&
      !module.freeText?.includes(name) &&
      this.words.length > this.next + count
    ) {
      this.bang = after;
      own.push(after);
      this.next++;
    }
    const negated = this.bang !== undefined;
    this.bang = undefined;
    while (args.length < count && this.next < this.words.length) {
      const argument = this.words[this.next++];
      if (!argument) break;
      args.push(argument.text);
      own.push(argument);
    }
    if (args.length !== count) {
      this.argumentMissing(word);
      if (part) {
        part.damaged = true;
        part.own.push(...own);
      } else this.leftover.push(...own);
      return;
    }
    const option = new RuleOption(name, negated, args, own, this.context.at);
    if (part) {
      part.given.push(option);
      part.own.push(...own);
    } else this.early.push({ owner, option });
  }

  /** An option that nobody knows, with the words that seem to be its arguments. */
  private unknownOption(word: RuleWord): void {
    const own = this.bang ? [this.bang, word] : [word];
    this.bang = undefined;
    this.next++;
    for (let after = this.words[this.next]; after && !looksLikeOption(after); after = this.words[this.next]) {
      own.push(after);
      this.next++;
    }
    const unknown = this.unknownPart();
    if (unknown) unknown.own.push(...own);
    else {
      this.complain(
        "rule/unknown-option",
        "error",
        this.span([word]),
        words(`Nothing in this rule has an option ${word.text}.`, `该规则中没有哪一部分有选项 ${word.text}。`),
      );
      this.spoil(own);
    }
  }

  /** The last match or target that natlens does not know: what nobody else knows is taken to be its. */
  private unknownPart(): Part | undefined {
    return this.parts.findLast((part) => !part.module);
  }

  /** Words where an option should stand. */
  private misplaced(own: readonly RuleWord[]): void {
    const all = this.bang ? [this.bang, ...own] : own;
    this.bang = undefined;
    const unknown = this.unknownPart();
    if (unknown) {
      unknown.own.push(...all);
      return;
    }
    const text = this.written(all);
    this.complain(
      "rule/stray-word",
      "error",
      this.span(all),
      words(`“${text}” belongs to nothing in this rule.`, `“${text}” 在该规则中没有归属。`),
    );
    this.spoil(all);
  }

  /** The words may have been a condition of the part before them, which is therefore not understood. */
  private spoil(own: readonly RuleWord[]): void {
    const part = this.parts[this.parts.length - 1];
    this.understood = false;
    if (!part) this.leftover.push(...own);
    else {
      part.damaged = true;
      part.own.push(...own);
    }
  }

  private dropBang(): void {
    if (!this.bang) return;
    const bang = this.bang;
    this.bang = undefined;
    this.misplaced([bang]);
  }

  private argumentMissing(word: RuleWord): void {
    this.complain(
      "rule/argument-missing",
      "error",
      this.span([word]),
      words(`${word.text} has no value.`, `${word.text} 缺少取值。`),
    );
  }

  private match(part: Part): RuleMatch {
    const value = readPart(part, this.context.family, (code, at, message) =>
      this.complain(`match/${code}`, "error", at, message),
    );
    if (value !== undefined) return { name: part.name, value };
    this.understood = false;
    return { name: part.name, value, text: this.written(part.own) };
  }

  private ruleTarget(part: Part): RuleTarget {
    const { name } = part;
    const { goto } = this;
    if (!part.module && part.own.length > 0) {
      this.understood = false;
      this.complain(
        "rule/unknown-target",
        "warning",
        part.at(),
        words(`natlens does not know the target ${name}.`, `natlens 不认识动作（target）${name}。`),
      );
      return { kind: "unknown", name, goto, value: undefined, text: this.written(part.own) };
    }
    const kind = goto
      ? "chain"
      : isVerdict(name)
        ? "verdict"
        : !part.module || this.context.isChain(name)
          ? "chain"
          : "extension";
    if (!part.module) return { kind, name, goto, value: null };
    const value = readPart(part, this.context.family, (code, at, message) =>
      this.complain(`target/${code}`, "error", at, message),
    );
    if (value !== undefined) return { kind, name, goto, value };
    this.understood = false;
    return { kind, name, goto, value, text: this.written(part.own) };
  }

  private complain(code: string, severity: Severity, at: Span, message: Words): undefined {
    if (severity === "error") this.understood = false;
    this.context.report({ code, severity, at, message });
    return undefined;
  }

  private nameSpan(own: readonly RuleWord[]): () => Span {
    const last = own[own.length - 1];
    return () => this.context.at(last?.from ?? 0, last?.to ?? this.text.length);
  }

  private span(own: readonly RuleWord[]): Span {
    return this.context.at(own[0]?.from ?? 0, own[own.length - 1]?.to ?? this.text.length);
  }

  private written(own: readonly RuleWord[]): string {
    return own.map((word) => this.text.slice(word.from, word.to)).join(" ");
  }
}

/** `--name=value`, `-ptcp`: the option and what is joined to it. */
function splitOption(text: string): { readonly name: string; readonly inline: string | undefined } {
  if (text.startsWith("--")) {
    const equals = text.indexOf("=");
    return equals === -1
      ? { name: text, inline: undefined }
      : { name: text.slice(0, equals), inline: text.slice(equals + 1) };
  }
  return joinable.test(text) ? { name: text.slice(0, 2), inline: text.slice(2) } : { name: text, inline: undefined };
}
