import { isBang, looksLikeOption, splitOption } from "./option-word.ts";
import { addToHeader, type HeaderField, headerOptions } from "./parse-header.ts";
import { type Owner, ownerOf } from "./resolve-option.ts";
import type { Rule } from "./rule.ts";
import { type RuleContext, RuleDraft } from "./rule-draft.ts";
import { RuleOption } from "./rule-option.ts";
import { readRuleStart } from "./rule-start.ts";
import * as troubles from "./rule-troubles.ts";
import { type RuleWord, splitWords } from "./split-words.ts";

export type { RuleContext } from "./rule-draft.ts";

/**
 * Reads one `[p:b] -A CHAIN …` line. Undefined: it does not say which chain it appends to. Whatever cannot be read is reported and kept
 * as text, and the rule is then not `understood`.
 */
export function parseRule(text: string, context: RuleContext): Rule | undefined {
  return new RuleParser(text, context).parse();
}

/** Goes through a rule's words from left to right, as iptables' do_command does. */
class RuleParser {
  private readonly context: RuleContext;
  private readonly words: readonly RuleWord[];
  private readonly draft: RuleDraft;
  /** Index of the word at hand. */
  private next = 0;
  /** A `!` that waits for its option. */
  private bang: RuleWord | undefined;

  constructor(text: string, context: RuleContext) {
    this.context = context;
    this.draft = new RuleDraft(text, context);
    const { words, openQuote } = splitWords(text);
    this.words = words;
    if (openQuote !== undefined) this.draft.complainAt(troubles.openQuote, context.at(openQuote, text.length));
  }

  parse(): Rule | undefined {
    const { counters, chain, length } = readRuleStart(this.words);
    this.draft.counters = counters;
    this.next = length;
    if (chain === undefined) {
      this.draft.complainAt(troubles.noChain, this.context.whole());
      return undefined;
    }
    while (this.next < this.words.length) this.step();
    this.dropBang();
    return this.draft.finish(chain);
  }

  private step(): void {
    const word = this.words[this.next];
    if (!word) return;
    if (isBang(word)) {
      this.dropBang();
      this.bang = word;
      this.next++;
      return;
    }
    if (!/^-[A-Za-z0-9-]/.test(word.text)) {
      this.next++;
      this.draft.absorbStray(this.withBang(word));
      return;
    }
    const { name, inline } = splitOption(word.text);
    const field = headerOptions.get(name);
    if (field && !this.draft.parts.some((part) => part.module && Object.hasOwn(part.module.options, name)))
      this.headerOption(field, word, inline);
    else if (!this.command(name, word, inline)) this.partOption(name, word, inline);
  }

  /** A word with the `!` before it, which is thereby used. */
  private withBang(word: RuleWord): RuleWord[] {
    const own = this.bang ? [this.bang, word] : [word];
    this.bang = undefined;
    return own;
  }

  private dropBang(): void {
    if (!this.bang) return;
    const own = [this.bang];
    this.bang = undefined;
    this.draft.absorbStray(own);
  }

  /** The word after an option; a `!` before it is the negation of versions before 1.4.3 (`-s ! 10.0.0.0/8`). */
  private take(inline: string | undefined, own: RuleWord[]): string | undefined {
    this.next++;
    if (inline !== undefined) return inline;
    const bang = this.words[this.next];
    if (bang && isBang(bang) && !this.bang && this.words[this.next + 1]) {
      this.bang = bang;
      own.push(bang);
      this.next++;
    }
    const word = this.words[this.next];
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
      this.draft.cutShort(word, own, undefined);
      return;
    }
    const last = own.slice(-1);
    const { header } = this.draft;
    const read = addToHeader(header, field, value, negated, this.context.family, (code, message, index = 0) => {
      this.draft.complain({ code: `rule/${code}`, severity: "error", message }, index < 0 ? own : last);
      return undefined;
    });
    if (!read) this.draft.leaveOver(own);
  }

  /** `-m`, `-j`, `-g`, `-c`, `-t`: false if it is none of them. */
  private command(name: string, word: RuleWord, inline: string | undefined): boolean {
    switch (name) {
      case "-m":
      case "--match":
      case "-j":
      case "--jump":
      case "-g":
      case "--goto":
        this.dropBang();
        this.namePart(name, word, inline);
        return true;
      case "-c":
      case "--set-counters":
        this.readCounters(word, inline);
        return true;
      case "-t":
      case "--table": {
        const own = this.withBang(word);
        if (this.take(inline, own) !== this.context.table) this.draft.absorbStray(own);
        return true;
      }
      default:
        return false;
    }
  }

  private namePart(command: string, word: RuleWord, inline: string | undefined): void {
    const own = [word];
    const name = this.take(inline, own);
    this.bang = undefined;
    if (name === undefined) this.draft.cutShort(word, own, undefined);
    else if (own.length > 2) this.draft.absorbStray(own);
    else if (command === "-m" || command === "--match") this.draft.addMatch(name, own);
    else this.draft.setTarget(name, own, command === "-g" || command === "--goto");
  }

  /** `-c 5 600` of iptables -S -v, `-c 5,600` of input. */
  private readCounters(word: RuleWord, inline: string | undefined): void {
    const own = this.withBang(word);
    const [packets = "", ...rest] = (this.take(inline, own) ?? "").split(",");
    const bytes = rest.length > 0 ? rest.join(",") : (this.words[this.next]?.text ?? "");
    if (!/^\d+$/.test(packets) || !/^\d+$/.test(bytes)) {
      this.draft.absorbStray(own);
      return;
    }
    if (rest.length === 0) this.next++;
    this.draft.counters = { packets, bytes };
  }

  /** An option of a match or target. */
  private partOption(written: string, word: RuleWord, inline: string | undefined): void {
    const { parts, header } = this.draft;
    const owner = ownerOf(written, parts, header, this.words, this.next, () => () => this.context.whole());
    if (!owner) {
      this.unknownOption(word);
      return;
    }
    if (owner.part && !parts.includes(owner.part)) this.draft.addPart(owner.part);
    this.takeArguments(owner, word, inline);
  }

  private takeArguments(owner: Owner, word: RuleWord, inline: string | undefined): void {
    const { module, option: name } = owner;
    const count = module.optional?.includes(name) && !this.argumentFollows() ? 0 : (module.options[name] ?? 0);
    const args = inline === undefined ? [] : [inline];
    const own = this.bang ? [this.bang, word] : [word];
    let negated = this.bang !== undefined;
    this.bang = undefined;
    this.next++;
    const after = this.words[this.next];
    const oldNegation = count > args.length && !negated && isBang(after) && !module.freeText?.includes(name);
    if (after && oldNegation && this.words.length > this.next + count) {
      negated = true;
      own.push(after);
      this.next++;
    }
    for (; args.length < count; this.next++) {
      const argument = this.words[this.next];
      if (!argument) break;
      args.push(argument.text);
      own.push(argument);
    }
    if (args.length === count) this.draft.give(owner, new RuleOption(name, negated, args, own, this.context.at));
    else this.draft.cutShort(word, own, owner.part);
  }

  /** Is the word behind the one at hand no option? */
  private argumentFollows(): boolean {
    const after = this.words[this.next + 1];
    return after !== undefined && !looksLikeOption(after);
  }

  /** An option that nobody knows, with the words that seem to be its arguments. */
  private unknownOption(word: RuleWord): void {
    const own = this.withBang(word);
    this.next++;
    for (let after = this.words[this.next]; after && !looksLikeOption(after); after = this.words[this.next]) {
      own.push(after);
      this.next++;
    }
    this.draft.absorb(own, troubles.unknownOption(word.text), [word]);
  }
}
