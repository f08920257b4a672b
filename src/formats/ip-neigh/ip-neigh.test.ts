import { describe, expect, it } from "vitest";
import { fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { ipNeigh } from "./ip-neigh.ts";

fixtureChecks(ipNeigh, import.meta.dirname);

describe("ip neigh", () => {
  it.each([
    ["198.51.100.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE"],
    ["fe80::1 dev eth0 lladdr 02:00:00:00:00:01 router STALE"],
    ["10.1.0.1 dev vb FAILED "],
    ["198.51.100.1             ether   02:00:00:00:00:01   C                     eth0"],
    ["10.1.0.1                         (incomplete)                              vb"],
  ])("takes %s for no route", (line) => {
    expect(formatsOf(read(`${line}\n`))).toEqual(["ip-neigh"]);
    expect(read(`${line}\n`).snapshot.routes.list).toEqual([]);
  });
});
