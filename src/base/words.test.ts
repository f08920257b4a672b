import { expect, it } from "vitest";
import { numbered } from "./words.ts";

it.each([
  [0, "0 lines tell"],
  [1, "1 line tells"],
  [3, "3 lines tell"],
])("tells %i from many", (n, said) => expect(numbered(n, "line tells", "lines tell")).toBe(said));
