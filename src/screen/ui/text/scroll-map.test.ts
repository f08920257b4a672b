import { expect, it } from "vitest";
import { LINE, scrollMap, TALLEST } from "./scroll-map.ts";

it.each([10, 10_000, 616_000, 5_000_000])("reaches the first and the last of %i lines", (lines) => {
  const map = scrollMap(lines, 600);
  expect(map.height).toBeLessThanOrEqual(TALLEST);
  expect(map.firstAt(0)).toBe(0);
  const bottom = map.height - 600;
  if (bottom > 0) expect(map.firstAt(bottom) + 600 / LINE).toBeCloseTo(lines, 0);
});
