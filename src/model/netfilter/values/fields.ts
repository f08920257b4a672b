import { words } from "../../../base/words.ts";
import type { Family } from "../../net/ip.ts";
import type { Complain, GivenOption } from "../option.ts";
import type { Negatable } from "../rule.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

/**
 * The options of a match or target, one field each, in the order in which iptables-save prints them. From this one
 * declaration come reading, printing, and the type of the value.
 */
export interface Field<T> {
  /** `--sport`, then other spellings that are read but not printed. */
  readonly names: readonly [string, ...string[]];
  readonly kind: ValueKind<T>;
  readonly negatable: boolean;
  /** This value says nothing (`--sport 0:65535`): the tool does not print it, and it is not kept. */
  unprinted?(value: T, negated: boolean): boolean;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What was given of the fields; absent: not given. Fields that cannot be negated have `negated: false`. */
export type Values<F extends Fields> = {
  readonly [K in keyof F]?: F[K] extends Field<infer T> ? Negatable<T> : never;
};

type Unprinted<T> = (value: T, negated: boolean) => boolean;

/** An option that `!` may stand before. */
export const negatable = <T>(
  name: string | readonly [string, ...string[]],
  kind: ValueKind<T>,
  unprinted?: Unprinted<T>,
): Field<T> => field(name, kind, true, unprinted);

/** An option that is refused with a `!`. */
export const option = <T>(
  name: string | readonly [string, ...string[]],
  kind: ValueKind<T>,
  unprinted?: Unprinted<T>,
): Field<T> => field(name, kind, false, unprinted);

function field<T>(
  name: string | readonly [string, ...string[]],
  kind: ValueKind<T>,
  canNegate: boolean,
  unprinted: Unprinted<T> | undefined,
): Field<T> {
  const names = typeof name === "string" ? ([name] as const) : name;
  return unprinted ? { names, kind, negatable: canNegate, unprinted } : { names, kind, negatable: canNegate };
}

/** Option name to number of words, of all fields. */
export const wordCounts = (fields: Fields): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.values(fields).flatMap((f) => f.names.map((name) => [name, f.kind.words])));

/** Options whose word may be a bare `!`. */
export const freeOptions = (fields: Fields): readonly string[] =>
  Object.values(fields).flatMap((f) => (f.kind.free ? f.names : []));

/**
 * Turns given options into values; undefined if any of them cannot be read. All of them are looked at. Spellings with the same meaning
 * give equal values.
 */
export function fieldReader<F extends Fields>(
  fields: F,
  exclusive: readonly (readonly (keyof F & string)[])[] = [],
): (options: readonly GivenOption[], complain: Complain, family: Family) => Values<F> | undefined {
  const byName = new Map(Object.entries(fields).flatMap(([key, f]) => f.names.map((name) => [name, { key, ...f }])));
  const silent = Object.entries(fields).filter(([, f]) => f.unprinted);
  // Of the options that are being read, one after the other: a large dump has hundreds of thousands.
  let readable = true;
  let given: GivenOption | undefined;
  let complain: Complain | undefined;
  const refuse: Refuse = (code, message, index = 0) => {
    readable = false;
    if (given) complain?.(code, given.argsAt?.[index] ?? given.at, message);
    return undefined;
  };
  return (options, toldTo, family) => {
    const values: Record<string, Negatable<unknown>> = {};
    readable = true;
    complain = toldTo;
    for (given of options) {
      const { name, negated } = given;
      const found = byName.get(name);
      if (!found) {
        refuse("unknown-option", words(`${name} is not an option here.`, `此处没有 ${name} 选项。`), -1);
        continue;
      }
      if (values[found.key]) refuse("given-twice", words(`${name} stands here twice.`, `${name} 出现了两次。`), -1);
      if (negated && !found.negatable)
        refuse("not-negatable", words(`${name} cannot be negated.`, `${name} 不能取反。`), -1);
      const is = found.kind.read(given.args, refuse, family);
      if (is !== undefined) values[found.key] = { negated, is };
      const rival = exclusive.length === 0 ? undefined : rivalOf(found.key, values, exclusive);
      if (rival !== undefined) {
        const other = fields[rival]?.names[0];
        refuse("conflicting-options", words(`${name} excludes ${other}.`, `${name} 与 ${other} 不能并用。`), -1);
      }
    }
    if (!readable) return undefined;
    for (const [key, field] of silent) {
      const value = values[key];
      if (value && field.unprinted?.(value.is, value.negated)) delete values[key];
    }
    return values as Values<F>;
  };
}

/** Another option that may not stand beside `key` and does. */
const rivalOf = (
  key: string,
  values: Readonly<Record<string, unknown>>,
  exclusive: readonly (readonly string[])[],
): string | undefined =>
  exclusive.find((group) => group.includes(key))?.find((other) => other !== key && values[other] !== undefined);

/** The options as iptables-save prints them, in the order of the fields. */
export function fieldPrinter<F extends Fields>(fields: F): (values: Values<F>) => string {
  const list = Object.entries(fields);
  return (values) => {
    const parts: string[] = [];
    for (const [key, f] of list) {
      const given = (values as Readonly<Record<string, Negatable<unknown>>>)[key];
      if (!given) continue;
      const text = f.kind.print(given.is);
      parts.push(`${given.negated ? "! " : ""}${f.names[0]}${text === "" ? "" : ` ${text}`}`);
    }
    return parts.join(" ");
  };
}
