import { copyFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "@playwright/test";

const built = fileURLToPath(new URL("../dist-single/index.html", import.meta.url));

test("the single file opens from disk, alone, without a complaint", async ({ page }, info) => {
  const alone = info.outputPath("natlens.html");
  copyFileSync(built, alone);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(pathToFileURL(alone).href);
  await expect(page.locator("#root")).not.toBeEmpty();
  expect(complaints).toEqual([]);
});
