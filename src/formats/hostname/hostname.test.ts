import { expect, it } from "vitest";
import { codes, fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { hostname } from "./hostname.ts";

fixtureChecks(hostname, import.meta.dirname);

it.each([
  "$ hostname\nn1.example.com\n",
  "$ date\nSat Nov 28 12:15:10 UTC 2026\n",
  "2026年 11月 28日 星期六 12:15:10 CST\n",
  "$ hostname -I\n192.0.2.7 10.244.1.1 2001:db8::7 \n",
])("passes over %j", (text) => {
  const reading = read(text);
  expect(formatsOf(reading)).toEqual(["hostname"]);
  expect(codes(reading)).toEqual([]);
});
it("takes no other word for a name", () => expect(formatsOf(read("n1.example.com\n"))).toEqual([]));
