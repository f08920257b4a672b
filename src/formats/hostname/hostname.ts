import { words } from "../../base/words.ts";
import type { Format } from "../format.ts";

/**
 * What `hostname`, `hostname -I` and `date` print: recognised, and no fact of the node. A host name is never one: prompts
 * and logs show other names than Kubernetes knows.
 */
const stamp =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*,? .*\d{1,2}:\d\d:\d\d.*\d{4}\b.*|\d{4}年 ?\d{1,2}月 ?\d{1,2}日 .*\d{1,2}:\d\d:\d\d.*)$/;
const name = /^[\w.-]{1,253}$/;
const addresses = /^(?:[0-9a-f.:]+ )+\s*$/;

export const hostname: Format = {
  id: "hostname",
  title: words("hostname or date", "hostname 或 date"),
  sniff: (line, inside) =>
    stamp.test(line) && line.length < 80
      ? "weak"
      : inside && (name.test(line.trim()) || addresses.test(line))
        ? "weak"
        : undefined,
  printedBy: (command) => command[0] === "hostname" || command[0] === "date",
  parse: ({ cut }) => ({
    value: { contributions: [{ kind: "nothing" }], coverage: cut ? "partial" : "whole", counts: [] },
    diagnostics: [],
  }),
};
