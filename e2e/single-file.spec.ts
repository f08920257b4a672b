import { copyFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect } from "@playwright/test";
import { NatlensPage, test } from "./natlens-page.ts";
import { expectNoWayOut } from "./privacy.ts";

const built = fileURLToPath(new URL("../dist-single/index.html", import.meta.url));

test("the single file opens from disk, alone, finds the verdict, and no way leads out", async ({
  page,
  context,
  complaints,
  browser,
}, info) => {
  test.slow(); // it waits for what must not come
  const alone = info.outputPath("natlens.html");
  copyFileSync(built, alone);
  await context.setOffline(true);
  const natlens = await NatlensPage.open(page, {}, pathToFileURL(alone).href);
  await natlens.loadIncident();
  await expect(natlens.verdict).toContainText("no cluster CIDR");
  await expect(page.locator(".stop-plate")).toContainText("MASQUERADE");
  await context.setOffline(false);
  const ordinary = await browser.newContext();
  await expectNoWayOut(natlens, complaints, await ordinary.newPage());
  await ordinary.close();
});
