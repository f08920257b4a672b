import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { playCase, type RecordedCase } from "./conformance/cases.ts";

/** ICMP errors about known and unknown connections, as Linux 6.18 met them (legacy; iptables-nft did the same). */
const cases = readFileSync(new URL("conformance/fixtures/related.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as RecordedCase & { readonly result: { readonly ctState: string } });

it.each(cases.map((one) => [one.scenario.name, one.result.ctState, one] as const))("%s: %s", (_name, _state, one) => {
  expect(playCase(one)).toMatchObject({ verdict: "passed" });
});
