import { expect, it } from "vitest";
import { align } from "./align.ts";

const cases: readonly (readonly [string, string, string])[] = [
  ["abc", "abc", "aa bb cc"],
  ["abc", "ac", "aa b- cc"],
  ["ac", "abc", "aa -b cc"],
  ["axc", "ayc", "aa x- -y cc"],
  ["", "ab", "-a -b"],
  ["ab", "", "a- b-"],
];

it.each(cases)("%s beside %s is %s", (a, b, rows) => {
  const got = align([...a], [...b], (c) => c).map((row) => `${row.healthy ?? "-"}${row.broken ?? "-"}`);
  expect(got.join(" ")).toBe(rows);
});
