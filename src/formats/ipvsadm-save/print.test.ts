import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sourceText } from "../../base/source.ts";
import { printTexts } from "../print.ts";
import { ipvsadmSavePrinter } from "./print.ts";

const printed = (text: string): string =>
  [...printTexts([sourceText("s", "paste 1", text)], ipvsadmSavePrinter, () => {})].map((line) => `${line}\n`).join("");
const fixture = (format: string, name: string): string =>
  readFileSync(join(import.meta.dirname, "..", format, "fixtures", name), "utf8");

describe("print --as ipvsadm-save", () => {
  it.each(readdirSync(join(import.meta.dirname, "fixtures")))("gives back %s byte for byte", (name) => {
    const text = fixture("ipvsadm-save", name);
    expect(printed(text)).toBe(text);
  });
  it("makes of a list what -S printed of the same servers", () =>
    expect(printed(fixture("ipvsadm-list", "ipvsadm-1.31.txt"))).toBe(fixture("ipvsadm-save", "ipvsadm-1.31.txt")));
});
