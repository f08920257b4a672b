import { describe, expect, it } from "vitest";
import { codes, covered, fixtureChecks, read } from "../testing/format-checks.ts";
import { uname } from "./uname.ts";

fixtureChecks(uname, import.meta.dirname);

describe("uname", () => {
  const cases: [text: string, release: string | undefined][] = [
    ["Linux n1 6.1.0-56-cloud-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.99-1 x86_64 GNU/Linux", "6.1.0-56-cloud-amd64"],
    ["Linux version 5.10.0 (builder@host) (gcc 10) #1 SMP", "5.10.0"],
    ["$ uname -r\n3.10.0-957.el7.x86_64", "3.10.0-957.el7.x86_64"],
    ["3.10.0-957.el7.x86_64", undefined],
  ];
  it.each(cases)("%s", (text, release) => {
    const reading = read(`${text}\n`);
    const { kernel } = reading.snapshot;
    expect(kernel?.release).toBe(release);
    if (kernel) expect(covered(reading, kernel.at)).toBe(release);
  });
  it("warns of two kernels", () => {
    expect(codes(read("$ uname -r\n6.1.0\n$ uname -r\n5.4.0\n"))).toEqual(["paste/second-node"]);
  });
});
