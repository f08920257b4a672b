import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pages } from "./pages.ts";

describe("documents made from the registries", () => {
  it.each(pages().map((page) => [page.file, page.text] as const))("%s is what `npm run docs` writes", (file, text) => {
    expect(readFileSync(file, "utf8"), `${file} is stale: run npm run docs`).toBe(text);
  });
});
