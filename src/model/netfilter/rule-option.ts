import type { Span } from "../../base/span.ts";
import type { GivenOption } from "./option.ts";
import type { RuleWord } from "./split-words.ts";

/** An option within a rule's words. Its spans are made only when somebody asks, which is when something is wrong. */
export class RuleOption implements GivenOption {
  readonly name: string;
  readonly negated: boolean;
  readonly args: readonly string[];
  /** Its words: the `!` where there is one, the name, the arguments. */
  readonly words: readonly RuleWord[];
  private readonly place: (from: number, to: number) => Span;

  constructor(
    name: string,
    negated: boolean,
    args: readonly string[],
    words: readonly RuleWord[],
    place: (from: number, to: number) => Span,
  ) {
    this.name = name;
    this.negated = negated;
    this.args = args;
    this.words = words;
    this.place = place;
  }
  get at(): Span {
    return this.place(this.words[0]?.from ?? 0, this.words[this.words.length - 1]?.to ?? 0);
  }
  get argsAt(): readonly Span[] {
    return this.words.slice(this.words.length - this.args.length).map((word) => this.place(word.from, word.to));
  }
}
