import { expect } from "@playwright/test";
import { NatlensPage, test } from "./natlens-page.ts";

test("a link opens in another browser: same verdict, same flow, same step", async ({ page, context, another }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const natlens = await NatlensPage.open(page);
  await natlens.loadIncident();
  await page.getByRole("button", { name: "Matrix" }).click();
  await page.locator('[data-flow^="pod"]').first().click();
  await natlens.idle();
  await expect(page.locator(".heads")).toContainText("PREROUTING");
  await natlens.key("Home");
  for (let i = 0; i < 6; i++) await natlens.key("ArrowRight");
  const shown = await seen(natlens);
  expect(shown.step.n).toBe(7);
  expect(new URL(page.url()).hash).toMatch(/^(#\/)?$/); // nothing of a dump before it is shared
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("status").filter({ hasText: "The link is in the clipboard" })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link.split("#")[0]).toBe(page.url().split("#")[0]);

  const there = await another();
  const other = await NatlensPage.open(there, {}, link);
  await other.verdictIsHere();
  await expect(there.locator(".heads")).toContainText("PREROUTING");
  await other.expectStep(7);
  expect(await seen(other)).toEqual(shown);
  // What came by link can be worked on.
  await there.getByRole("button", { name: "Edit input" }).click();
  await expect(there.getByRole("button", { name: "Remove iptables-save.txt" }).first()).toBeVisible();
});

async function seen(natlens: NatlensPage): Promise<{ verdict: string; flow: readonly string[]; step: { n: number } }> {
  const { page } = natlens;
  return {
    verdict: await natlens.verdict.innerText(),
    flow: await page.locator("header select").evaluateAll((all) => all.map((s) => (s as HTMLSelectElement).value)),
    step: await natlens.step(),
  };
}

test("a damaged link says what is damaged, and leads on", async ({ page }) => {
  await NatlensPage.open(page, {}, "#v0.thisisnolink");
  await expect(page.locator("h1")).toContainText("damaged");
  await expect(page.locator("main")).toContainText("Reason");
  await page.locator(".button-primary").click();
  await expect(page.locator("h1")).toContainText("missing");
});
