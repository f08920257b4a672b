import { words } from "../../../base/words.ts";
import { allMonthdays, allWeekdays, dateAndTime, monthdays, timeOfDay, weekdays } from "../values/calendar.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { defineMatch } from "./define-match.ts";

const midnight = 0;
const endOfDay = 86399;
const given = <T>(is: T) => ({ negated: false, is });

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
});
