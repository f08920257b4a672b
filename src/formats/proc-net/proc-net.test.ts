import { describe, expect, it } from "vitest";
import { fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { procNet } from "./proc-net.ts";

fixtureChecks(procNet, import.meta.dirname);

describe("/proc/net", () => {
  it("is taken for nothing else", () => {
    expect(formatsOf(read("vb\t0000010A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"))).toEqual(["proc-net"]);
    expect(read("vb\t0000010A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n").snapshot.routes.list).toEqual([]);
  });
});
