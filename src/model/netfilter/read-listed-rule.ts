import type { Span } from "../../base/span.ts";
import type { Family } from "../net/ip.ts";
import { servicePort } from "../net/services.ts";
import type { ListedOption } from "./list-form.ts";
import type { Complain, GivenOption } from "./option.ts";
import { addToHeader, type HeaderDraft, type HeaderField } from "./parse-header.ts";
import { type ListedPart, type ListedText, longestText, readListedText } from "./read-listed-text.ts";
import type { Rule, RuleMatch, RuleTarget } from "./rule.ts";
import type { RuleContext } from "./rule-draft.ts";
import { hasNeeded, matchModule, type OptionModule, targetModule } from "./rule-part.ts";
import * as troubles from "./rule-troubles.ts";
import { isVerdict, listedUnder } from "./targets/index.ts";
import type { Refuse } from "./values/value-kind.ts";

/** A word of a row and the column it begins at. */
export interface Column {
  readonly text: string;
  readonly from: number;
}

/** One row of `iptables -L`, split into its columns. */
export interface ListedRow {
  readonly counters: Rule["counters"];
  readonly target: Column | undefined;
  readonly goto: boolean;
  readonly proto: Column;
  /** `-f`, `!f`, or `--`. */
  readonly fragment: Column | undefined;
  /** Undefined: not shown, since -v was not given. */
  readonly interfaces: { readonly in: Column; readonly out: Column } | undefined;
  readonly source: Column;
  readonly destination: Column;
  /** What matches and target print. */
  readonly text: Column;
}

/** The rule that a row shows. What the row does not show, or natlens cannot read, makes it undecided rather than wider. */
export function readListedRule(row: ListedRow, chain: string, context: RuleContext): Rule {
  return new RowReader(row, context).read(chain);
}

class RowReader {
  private readonly row: ListedRow;
  private readonly context: RuleContext;
  private readonly header: HeaderDraft = {};
  private readonly leftover: string[] = [];
  private readonly hidden = new Set<"interfaces" | "options">();
  private understood = true;

  constructor(row: ListedRow, context: RuleContext) {
    this.row = row;
    this.context = context;
  }

  read(chain: string): Rule {
    const { row, context } = this;
    this.readHeader();
    const { target: column, text } = row;
    const known = column && !this.isPlain(column.text) ? listedUnder(column.text) : [];
    const own = known.flatMap(({ name, list }) => (list ? [{ name, list }] : []));
    const found: ListedText =
      text.text.length > longestText
        ? { matches: [], target: undefined, unread: [[0, text.text.length]], ambiguous: false }
        : readListedText(text.text, context.family, own);
    if (found.ambiguous) this.trouble(troubles.ambiguousText, 0, text.text.length);
    const matches = found.matches.map((match) => this.match(match));
    const target = column ? this.target(column, known.length > 0, found) : null;
    // Words behind the last match are the target's, where that is not understood.
    if (!target || target.value !== undefined) for (const [from, to] of found.unread) this.leave(from, to);
    return {
      table: context.table,
      chain,
      number: context.number,
      header: this.header,
      matches,
      target,
      ...(row.counters && { counters: row.counters }),
      at: context.whole(),
      understood: this.understood,
      ...(this.leftover.length > 0 && { leftover: this.leftover.join(" ") }),
      ...(this.hidden.size > 0 && { hidden: [...this.hidden] }),
    };
  }

  /** A verdict or a chain, which print nothing. */
  private isPlain(name: string): boolean {
    return this.row.goto || isVerdict(name) || this.context.isChain(name);
  }

  private readHeader(): void {
    const { row } = this;
    this.condition("source", "-s", row.source);
    this.condition("destination", "-d", row.destination);
    if (row.interfaces) {
      this.condition("in", "-i", row.interfaces.in);
      this.condition("out", "-o", row.interfaces.out);
    } else this.hidden.add("interfaces");
    this.condition("proto", "-p", row.proto);
    if (row.fragment?.text.endsWith("f")) this.header.fragment = { negated: row.fragment.text === "!f", is: true };
  }

  private condition(field: HeaderField, flag: string, column: Column): void {
    const negated = column.text.startsWith("!");
    const text = negated ? column.text.slice(1) : column.text;
    const { family } = this.context;
    const isAddress = field === "source" || field === "destination";
    const value = isAddress ? wholeRange(text, family) : field === "proto" ? text : anyInterface(text);
    if (isAddress && !/^[\da-fA-F:.]+(?:\/[\da-fA-F:.]+)?$/.test(value)) this.say(troubles.hostName(value), column);
    else {
      const refuse: Refuse = (code, message) => {
        this.say({ code: `rule/${code}`, severity: "error", message }, column);
        return undefined;
      };
      if (addToHeader(this.header, field, value, negated, family, refuse)) return;
    }
    this.leftover.push(`${negated ? "! " : ""}${flag} ${value}`);
  }

  private match({ name, from, listed }: ListedPart): RuleMatch {
    const module = matchModule(name);
    const value = module && this.value(module, "match", { name, from, listed });
    const text = this.row.text.text.slice(from, listed.end);
    return value === undefined ? { name, value, text } : { name, value };
  }

  /** `known`: the column's word is a target that natlens knows. */
  private target(column: Column, known: boolean, { target: part, unread }: ListedText): RuleTarget {
    const { goto, text } = this.row;
    const { text: name } = column;
    if (!known && unread.length === 0) {
      const kind = isVerdict(name) && !goto ? "verdict" : "chain";
      return { kind, name, goto, value: null };
    }
    const module = part && targetModule(part.name, false);
    const value = part && module && this.value(module, "target", part);
    if (part && value !== undefined) return { kind: "extension", name: part.name, goto, value };
    if (part) return { kind: "extension", name: part.name, goto, value, text: text.text.slice(part.from) };
    if (this.isPlain(name)) return { kind: isVerdict(name) && !goto ? "verdict" : "chain", name, goto, value: null };
    this.say(known ? troubles.unreadText(text.text.trimEnd() || name) : troubles.unknownTarget(name), column);
    const rest = unread.map(([from, to]) => text.text.slice(from, to)).join(" ");
    return { kind: known ? "extension" : "unknown", name, goto, value: undefined, ...(rest !== "" && { text: rest }) };
  }

  /** The value that the same options give when they stand in a rule of iptables-save. */
  private value(module: OptionModule, area: "match" | "target", { name, from, listed }: ListedPart): unknown {
    const at = (): Span => this.span(from, Math.max(listed.end, from + 1));
    const complain: Complain = (code, where, message) => {
      this.understood = false;
      this.context.report({ code: `${area}/${code}`, severity: "error", at: where, message });
    };
    if (listed.hides) {
      this.hidden.add("options");
      if (listed.hides.decides) this.understood = false;
      this.context.report({ ...troubles.notListed(listed.hides.what), at: at() });
    }
    const options = listed.options.map((option) => this.given(option));
    const value = module.parse(options, complain, this.context.family);
    if (value === undefined || (!listed.hides && !hasNeeded(name, module, options, at, complain))) {
      this.understood = false;
      return undefined;
    }
    if (module.level === "recognised") this.context.report({ ...troubles.notModelled(area, name), at: at() });
    return value;
  }

  private given({ name, negated, args, from, to }: ListedOption): GivenOption {
    if (name.includes("port"))
      for (const word of this.row.text.text.slice(from, to).match(/[A-Za-z][\w.+-]*/g) ?? []) {
        const port = servicePort(word);
        if (port !== undefined) this.context.report({ ...troubles.serviceName(word, port), at: this.span(from, to) });
      }
    return { name, negated, args, at: this.span(from, to) };
  }

  /** Text that nothing reads. */
  private leave(from: number, to: number): void {
    const text = this.row.text.text.slice(from, to);
    this.leftover.push(text);
    this.trouble(troubles.unreadText(text.length > 60 ? `${text.slice(0, 60)}…` : text), from, to);
  }

  private trouble(trouble: troubles.Trouble, from: number, to: number): void {
    this.understood = false;
    this.context.report({ ...trouble, at: this.span(from, to) });
  }

  private say(trouble: troubles.Trouble, { text, from }: Column): void {
    this.understood = false;
    this.context.report({ ...trouble, at: this.context.at(from, from + text.length) });
  }

  private span(from: number, to: number): Span {
    const { from: start } = this.row.text;
    return this.context.at(start + from, start + to);
  }
}

/** Without -n a listing writes `anywhere`, and `loopback/8` from /etc/networks. */
const wholeRange = (text: string, family: Family): string =>
  text === "anywhere" ? (family === 4 ? "0.0.0.0/0" : "::/0") : text === "loopback/8" ? "127.0.0.0/8" : text;
/** `*`, and `any` without -n. */
const anyInterface = (text: string): string => (text === "*" || text === "any" ? "+" : text);
