import type { Words } from "../../../base/words.ts";
import type { Family } from "../../net/ip.ts";
import type { Packet } from "../../net/packet.ts";
import type { TableName } from "../hook.ts";
import type { ListReader } from "../list-form.ts";
import type { Support } from "../support.ts";
import { type Fields, fieldPrinter, fieldReader, freeOptions, type Values, wordCounts } from "../values/fields.ts";
import type { TargetEffect, TargetModule } from "./target.ts";

interface TargetDefinition<F extends Fields> {
  readonly name: string;
  readonly family?: Family;
  readonly level: Support;
  readonly note?: Words;
  readonly terminating?: boolean;
  readonly tables?: readonly TableName[];
  /** In the order in which iptables-save prints them. */
  readonly fields: F;
  readonly needs?: readonly (readonly (keyof F & string)[])[];
  readonly exclusive?: readonly (readonly (keyof F & string)[])[];
  /** Turns short spellings into long ones and fills in what iptables-save always prints. */
  complete?(value: Values<F>, family: Family): Values<F>;
  effect(value: Values<F>, packet: Packet): TargetEffect;
  readonly list?: ListReader;
  readonly listedUnder?: string;
}

/** A target whose options are independent fields. */
export function defineTarget<const F extends Fields>(definition: TargetDefinition<F>): TargetModule<Values<F>> {
  const {
    name,
    family,
    level,
    note,
    terminating = false,
    tables,
    fields,
    needs,
    exclusive,
    complete,
    effect,
    list,
    listedUnder,
  } = definition;
  const read = fieldReader(fields, exclusive);
  const free = freeOptions(fields);
  return {
    name,
    ...(family && { family }),
    level,
    ...(note && { note }),
    terminating,
    ...(tables && { tables }),
    options: wordCounts(fields),
    ...(free.length > 0 && { freeText: free }),
    ...(needs && { needs: needs.map((group) => group.flatMap((key) => fields[key]?.names ?? [])) }),
    parse(options, complain, family) {
      const value = read(options, complain, family);
      return value && complete ? complete(value, family) : value;
    },
    effect,
    print: fieldPrinter(fields),
    ...(list && { list }),
    ...(listedUnder && { listedUnder }),
  };
}

/** A target that leaves alone what decides a packet's fate; the walk goes on. */
export const inertTarget = <const F extends Fields>(
  name: string,
  fields: F,
  note?: Words,
  list?: ListReader,
): TargetModule<Values<F>> =>
  defineTarget({
    name,
    level: "inert",
    fields,
    ...(note && { note }),
    ...(list && { list }),
    effect: () => ({ kind: "continue" }),
  });

/** A target natlens reads and prints, but whose effect on the packet it does not work out. */
export const recognisedTarget = <const F extends Fields>(
  name: string,
  terminating: boolean,
  fields: F,
  note: Words,
  list?: ListReader,
): TargetModule<Values<F>> =>
  defineTarget({
    name,
    level: "recognised",
    terminating,
    fields,
    note,
    ...(list && { list }),
    effect: () => ({ kind: "unknown", why: note }),
  });

/** A target that only one family has. */
export const ofFamily = <T>(family: Family, target: TargetModule<T>): TargetModule<T> => ({ ...target, family });
