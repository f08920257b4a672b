import { describe, expect, it } from "vitest";
import { bare, exists, moreNodeAddresses, nodeAddresses, serviceAddresses } from "../places.ts";
import { generateScenario } from "./scenario.ts";

const own = [...nodeAddresses, ...moreNodeAddresses].map(([, address]) => bare(address));
const known = (address: string): boolean =>
  exists(address) || own.includes(address) || serviceAddresses.includes(address) || /^127\.|^::1$/.test(address);

describe("random scenarios", () => {
  it("are decided by their number", () => {
    expect(generateScenario(7, 20)).toEqual(generateScenario(7, 20));
    expect(generateScenario(7, 20)).not.toEqual(generateScenario(8, 20));
  });

  it("ask for addresses that mean something, each sender with its own source", () => {
    const attempts = [1, 2, 3].flatMap((seed) => generateScenario(seed, 60).attempts);
    expect(attempts.filter(({ to, source }) => !known(to) || (source !== undefined && !known(source)))).toEqual([]);
    expect(attempts.filter((a) => a.from !== "node" && a.source === undefined)).toEqual([]);
    expect(new Set(attempts.map((a) => a.vantage)).size).toBe(4);
  });
});
