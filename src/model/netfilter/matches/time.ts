import { words } from "../../../base/words.ts";
import { type ListReader, listForm } from "../list-form.ts";
import { allMonthdays, allWeekdays, dateAndTime, monthdays, timeOfDay, weekdays } from "../values/calendar.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { defineMatch } from "./define-match.ts";

const midnight = 0;
const endOfDay = 86399;
const given = <T>(is: T) => ({ negated: false, is });

const lastDate = "2038-01-19T03:14:07";
const dateOf = ({ a = "", b = "" }: Readonly<Record<string, string | undefined>>): readonly string[] => [`${a}T${b}`];
const listed = listForm(/TIME/, [
  ["--timestart", /from (?<a>[\d:]+)(?= to )/],
  ["--timestop", /to (?<a>[\d:]+)/],
  ["--weekdays", /on (?<a>[A-Z][a-z]{2}(?:,[A-Z][a-z]{2})*)/],
  ["--monthdays", /on (?<a>\d+[a-z]{2}(?:,\d+[a-z]{2})*)/, ({ a = "" }) => [a.replace(/[a-z]/g, "")]],
  ["--datestart", /starting from (?<a>[\d-]+) (?<b>[\d:]+)/, dateOf],
  ["--datestop", /until date (?<a>[\d-]+) (?<b>[\d:]+)/, dateOf],
  ["--utc", /UTC/],
  ["--contiguous", /contiguous/],
]);

/** `UTC` stands where the kernel's zone does not count, and the last date there is is not shown. */
const listedTime: ListReader = (text, from, family) =>
  listed(text, from, family).map(({ end, options }) => {
    const has = (name: string): boolean => options.some((given) => given.name === name);
    const add = (name: string, ...args: readonly string[]) => ({ name, negated: false, args, from, to: end });
    return {
      end,
      options: [
        ...options,
        ...(has("--datestop") ? [] : [add("--datestop", lastDate)]),
        ...(has("--utc") ? [] : [add("--kerneltz")]),
      ],
    };
  });

/**
 * Hours and days: libxt_time.c. Start and stop are printed together, a negated list of days as the days that remain. A date to stop is printed
 * as it was given, though today's tool adds the last second of 31 bits where there is none.
 */
export const time = defineMatch({
  name: "time",
  level: "recognised",
  note: words("Compares the time at which the packet comes.", "比较报文到达的时间。"),
  fields: {
    start: option("--timestart", timeOfDay),
    stop: option("--timestop", timeOfDay),
    monthdays: negatable("--monthdays", monthdays),
    weekdays: negatable(["--weekdays", "--days"], weekdays),
    from: option("--datestart", dateAndTime, (seconds) => seconds === 0),
    until: option("--datestop", dateAndTime),
    kernelZone: option(["--kerneltz", "--localtz"], flag),
    contiguous: option("--contiguous", flag),
    utc: option("--utc", flag, () => true),
  },
  exclusive: [["kernelZone", "utc"]],
  complete({ start, stop, monthdays: month, weekdays: week, ...rest }) {
    const first = start?.is ?? midnight;
    const last = stop?.is ?? endOfDay;
    const inMonth = month && (month.negated ? (allMonthdays ^ month.is) >>> 0 : month.is);
    const inWeek = week && (week.negated ? allWeekdays ^ week.is : week.is);
    return {
      ...((first !== midnight || last !== endOfDay) && { start: given(first), stop: given(last) }),
      ...(inMonth !== undefined && inMonth !== allMonthdays && { monthdays: given(inMonth) }),
      ...(inWeek !== undefined && inWeek !== allWeekdays && { weekdays: given(inWeek) }),
      ...rest,
    };
  },
  list: listedTime,
});
