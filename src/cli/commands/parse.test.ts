import { describe, expect, it } from "vitest";
import { type Ran, ran, withFiles } from "../testing/fake-console.ts";
import { parse } from "./parse.ts";

const files: Readonly<Record<string, string>> = {
  "rules.txt": "$ ip rule\n0:\tfrom all lookup local\n32766:\tfrom all lookup main\n",
  "prose.txt": "nothing works\n",
};

const run = (...args: string[]): Ran => ran(withFiles(files), (console) => parse.run(args, console, "en"));

describe("natlens parse", () => {
  it("lists what was recognised", () => {
    const { status, out, err } = run("rules.txt");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out.split("\n")[0]).toBe("rules.txt:1-3  ip rule  whole  2 rules  $ ip rule");
  });

  it("says what is missing for a firm verdict, as commands", () => {
    const { out } = run("rules.txt");
    expect(out).toContain("\nMissing for a firm verdict:\n  iptables-save\n      No rules of this node were pasted.\n");
    expect(out).not.toMatch(/^ {2}ip rule$/m);
    expect(run("prose.txt").out).not.toContain("Missing");
  });

  it("prints the same as JSON", () => {
    const { status, out } = run("rules.txt", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual({
      schema: 1,
      segments: [
        {
          file: "rules.txt",
          format: "ip-rule",
          fromLine: 1,
          toLine: 3,
          coverage: "whole",
          counts: { rules: 2 },
          command: "ip rule",
        },
      ],
      diagnostics: [],
      missing: expect.arrayContaining([
        { command: "iptables-save", why: "No rules of this node were pasted.", weight: "decides" },
      ]),
    });
  });

  it("frames what was not understood, and tells by its status that nothing was usable", () => {
    const { status, out } = run("prose.txt");
    expect(status).toBe(2);
    expect(out).toContain("1 | nothing works\n  | ^^^^^^^^^^^^^");
  });

  it("reads the other files where one cannot be read, and says which", () => {
    const { status, out, err } = run("missing.txt", "rules.txt", "--json");
    expect(status).toBe(2);
    expect(err).toBe("natlens: missing.txt: no such file");
    expect(JSON.parse(out)).toMatchObject({
      segments: [{ file: "rules.txt" }],
      diagnostics: [{ file: "missing.txt", line: 1, column: 1, code: "input/unreadable", severity: "error" }],
    });
  });
});
