import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { setTest } from "../matches/set.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import { defineTarget } from "./define-target.ts";

/** Adds to sets, deletes from them, or takes marks from their entries: libxt_SET.c. */
export const setTarget = defineTarget({
  name: "SET",
  level: "caveat",
  note: words(
    "Later tests of the set do not see what the rule adds or deletes; a rule with --map-mark is undecided.",
    "之后对该集合的判断看不到此规则的增删；带 --map-mark 的规则无法判定。",
  ),
  fields: {
    add: option("--add-set", setTest),
    exist: option("--exist", flag),
    timeout: option("--timeout", number(0, 2147483)),
    delete: option("--del-set", setTest),
    map: option("--map-set", setTest),
    mapMark: option("--map-mark", flag),
    mapPriority: option("--map-prio", flag),
    mapQueue: option("--map-queue", flag),
  },
  needs: [["add", "delete", "map"]],
  effect: ({ mapMark }) =>
    mapMark
      ? { kind: "unknown", why: words("SET takes the mark from the set's entry.", "SET 从集合条目取标记。") }
      : { kind: "continue" },
  list: listForm(null, [
    ["--add-set", /add-set (?<a>\S+) (?<b>\S+)/],
    ["--exist", /exist/],
    ["--timeout", /timeout (?<a>\d+)/],
    ["--del-set", /del-set (?<a>\S+) (?<b>\S+)/],
    ["--map-set", /map-set (?<a>\S+) (?<b>\S+)/],
    ["--map-mark", /map-mark/],
    ["--map-prio", /map-prio/],
    ["--map-queue", /map-queue/],
  ]),
});
