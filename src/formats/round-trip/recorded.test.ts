import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkSaved } from "./check.ts";

const fixtures = join(dirname(fileURLToPath(import.meta.url)), "fixtures");

describe("what the kernel's tools saved of every spelling", () => {
  it.each(readdirSync(fixtures))("%s is read and printed as it was, line by line", (name) => {
    const { identical, differences } = checkSaved(name, readFileSync(join(fixtures, name), "utf8"));
    expect(differences).toEqual([]);
    expect(identical).toBeGreaterThan(500);
  });
});
