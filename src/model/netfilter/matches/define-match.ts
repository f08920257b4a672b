import type { Ternary } from "../../../base/ternary.ts";
import type { Words } from "../../../base/words.ts";
import type { Family } from "../../net/ip.ts";
import type { Packet } from "../../net/packet.ts";
import type { ListReader } from "../list-form.ts";
import type { Support } from "../support.ts";
import { type Fields, fieldPrinter, fieldReader, freeOptions, type Values, wordCounts } from "../values/fields.ts";
import type { MatchContext, MatchModule } from "./match.ts";

interface MatchDefinition<F extends Fields> {
  readonly name: string;
  readonly family?: Family;
  readonly level: Support;
  readonly note?: Words;
  /** In the order in which iptables-save prints them. */
  readonly fields: F;
  /** Of each group at least one must be given. */
  readonly needs?: readonly (readonly (keyof F & string)[])[];
  /** Of each group at most one may be given. */
  readonly exclusive?: readonly (readonly (keyof F & string)[])[];
  /** Turns short spellings into long ones and fills in what iptables-save always prints. */
  complete?(value: Values<F>, family: Family): Values<F>;
  test?(value: Values<F>, packet: Packet, context: MatchContext): Ternary;
  readonly list?: ListReader;
  shown?(value: Values<F>): Values<F>;
}

/** A match whose options are independent fields, which is nearly every match. */
export function defineMatch<const F extends Fields>(definition: MatchDefinition<F>): MatchModule<Values<F>> {
  const { name, family, level, note, fields, needs, exclusive, complete, test, list, shown } = definition;
  const read = fieldReader(fields, exclusive);
  const free = freeOptions(fields);
  return {
    name,
    ...(family && { family }),
    level,
    ...(note && { note }),
    options: wordCounts(fields),
    ...(free.length > 0 && { freeText: free }),
    ...(needs && { needs: needs.map((group) => group.flatMap((key) => fields[key]?.names ?? [])) }),
    parse(options, complain, family) {
      const value = read(options, complain, family);
      return value && complete ? complete(value, family) : value;
    },
    ...(test && { test }),
    print: fieldPrinter(fields),
    ...(list && { list }),
    ...(shown && { shown }),
  };
}

/** A match whose options natlens reads and prints but does not evaluate. */
export const recognisedMatch = <const F extends Fields>(
  name: string,
  fields: F,
  note?: Words,
): MatchModule<Values<F>> => defineMatch({ name, level: "recognised", fields, ...(note && { note }) });
