import { words } from "../../../base/words.ts";
import { numberWithin } from "./number.ts";
import type { ValueKind } from "./value-kind.ts";

/** Options of an IPv6 header: `TYPE[:LENGTH],…`, at most 16; libip6t_hbh.c parse_options. */
export const optionsHeader: ValueKind<readonly (readonly [number, number?])[]> = {
  words: 1,
  read([text = ""], refuse) {
    const list = text.split(",");
    if (list.length > 16) return refuse("too-many", words("More than 16 options.", "超过 16 个选项。"));
    const options: (readonly [number, number?])[] = [];
    for (const each of list) {
      const [type = "", length, more] = each.split(":");
      if (more !== undefined)
        return refuse("not-a-number", words(`“${each}” is not a number.`, `“${each}” 不是数字。`));
      const number = numberWithin(type, 0, 255, refuse);
      const bytes = length === undefined ? undefined : numberWithin(length, 0, 255, refuse);
      if (number === undefined || (length !== undefined && bytes === undefined)) return undefined;
      options.push(bytes === undefined ? [number] : [number, bytes]);
    }
    return options;
  },
  print: (options) => options.map((option) => option.join(":")).join(","),
};
