import { words } from "../../../base/words.ts";
import { numberWithin } from "./number.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

const two = (value: number): string => String(value).padStart(2, "0");

/** `hh:mm[:ss]` as seconds from midnight; libxt_time.c time_parse_minutes. */
export const timeOfDay: ValueKind<number> = {
  words: 1,
  read([text = ""], refuse) {
    const parts = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text);
    const [hours = 99, minutes = 0, seconds = 0] = (parts ?? []).slice(1).map((part) => Number(part ?? 0));
    if (hours > 23 || minutes > 59 || seconds > 59)
      return refuse("unknown-value", words(`“${text}” is no time of day.`, `“${text}” 不是一天中的时刻。`));
    return (hours * 60 + minutes) * 60 + seconds;
  },
  print: (seconds) =>
    [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => two(Math.floor(part))).join(":"),
};

const datePattern = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?)?)?)?$/;

/** `YYYY[-MM[-DD[Thh[:mm[:ss]]]]]` as seconds since 1970, UTC, up to 2038; time_parse_date. */
export const dateAndTime: ValueKind<number> = {
  words: 1,
  read([text = ""], refuse) {
    const parts = datePattern.exec(text);
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (parts ?? [])
      .slice(1)
      .map((part) => (part === undefined ? undefined : Number(part)));
    if (
      year < 1970 ||
      year > 2038 ||
      month < 1 ||
      month > 12 ||
      day < 1 ||
      day > 31 ||
      hour > 23 ||
      minute > 59 ||
      second > 59
    )
      return refuse(
        "unknown-value",
        words(`“${text}” is no date from 1970 to 2038.`, `“${text}” 不是 1970 至 2038 年间的日期。`),
      );
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  },
  print: (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19),
};

const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Days as bits, 1 << day, from Monday (1) on. */
export const allWeekdays = 0xfe;
/** Bits 1 to 31. */
export const allMonthdays = 0xfffffffe;

function bits(list: string, dayOf: (text: string) => number | undefined): number | undefined {
  let result = 0;
  for (const text of list.split(",")) {
    const day = dayOf(text);
    if (day === undefined) return undefined;
    result = (result | (1 << day)) >>> 0;
  }
  return result;
}

const numbersIn = (value: number): number[] => {
  const found: number[] = [];
  for (let day = 1; day < 32; day++) if ((value >>> day) & 1) found.push(day);
  return found;
};

/** `Mon,Tue`, `Mo`, `1`: two letters tell the day. */
export const weekdays: ValueKind<number> = {
  words: 1,
  read([text = ""], refuse) {
    const found = bits(text, (day) => {
      const at = /^[1-7]$/.test(day)
        ? Number(day)
        : day.length < 2
          ? 0
          : days.findIndex((name) => name.toLowerCase().startsWith(day.slice(0, 2).toLowerCase())) + 1;
      return at === 0 ? undefined : at;
    });
    return found ?? refuse("unknown-value", words(`“${text}” are no weekdays.`, `“${text}” 不是星期。`));
  },
  print: (value) =>
    numbersIn(value)
      .map((day) => days[day - 1])
      .join(","),
};

/** `1,15,31`. */
export const monthdays: ValueKind<number> = {
  words: 1,
  read([text = ""], refuse) {
    let refused = false;
    const once: Refuse = (code, message) => {
      if (!refused) refuse(code, message);
      refused = true;
      return undefined;
    };
    return bits(text, (day) => numberWithin(day.replace(/^0+(?=\d)/, ""), 1, 31, once));
  },
  print: (value) => numbersIn(value).join(","),
};
