import { expect } from "@playwright/test";
import { NatlensPage, test } from "./natlens-page.ts";
import { dumps, seed } from "./seed.ts";

test("what was reported in 2019, pasted on both sides: the missing cluster CIDR, likely", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.paste("Healthy", seed.healthy);
  await natlens.paste("Broken", seed.broken);
  await expect(natlens.area("Broken")).toHaveValue(/10\.20\.0\.1:443/);
  await natlens.compare();
  await expect(natlens.verdict.getByRole("heading", { level: 1 })).toContainText("no cluster CIDR");
  await expect(natlens.verdict).toContainText("Fault");
  await expect(natlens.verdict).toContainText("likely");
  await expect(natlens.verdict).toContainText("--cluster-cidr=");
  // SNAT is done in the healthy lane; in the broken one its ghost stands, and the reply is lost.
  await expect(page.locator('.stop-plate[data-side="healthy"]')).toContainText("MASQUERADE");
  await expect(page.locator('.stop-plate[data-side="broken"]')).toHaveCount(0);
  await expect(page.locator(".ghost-large")).toContainText("MASQUERADE missing");
  await expect(natlens.lane("healthy")).toContainText("delivered");
  await expect(natlens.lane("broken")).toContainText("reply lost");
  await natlens.tab("Verdict").click();
  await expect(natlens.details).toContainText("What it rests on");
});

test("files of two nodes, dropped one after the other, and a large paste: certain", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  const healthy = dumps("incident", "healthy");
  const broken = dumps("incident", "broken");
  const { "sysctl.txt": sysctl = "", ...files } = broken;
  await natlens.drop("Healthy", healthy);
  await natlens.drop("Broken", files);
  await natlens.paste("Broken", `${sysctl}\n${"net.ipv4.conf.all.forwarding = 1\n".repeat(2500)}`);
  for (const name of [...Object.keys(healthy), "paste 1"])
    await expect(page.getByRole("button", { name: `Remove ${name}` }).first()).toBeVisible();
  await expect(natlens.area("Broken")).toHaveValue("");
  await natlens.compare();
  await expect(natlens.verdict).toContainText("no cluster CIDR");
  await expect(natlens.verdict).toContainText("certain");
  await page.getByRole("button", { name: "Edit input" }).click();
  await page.getByRole("button", { name: "Remove iptables-save.txt" }).first().click();
  await natlens.compare();
  await expect(page.getByText("nothing pasted")).toHaveCount(0);
});

test("one node alone: likely, its missing step drawn and explained; and a healthy pair is cleared", async ({
  page,
}) => {
  const natlens = await NatlensPage.open(page);
  const all = (side: "healthy" | "broken"): string => Object.values(dumps("incident", side)).join("\n");
  await natlens.fill("Broken", all("broken"));
  await natlens.compare();
  await expect(natlens.verdict).toContainText("no cluster CIDR");
  await expect(page.locator(".lane")).toHaveCount(1);
  await expect(page.locator(".ghost-large")).toContainText("MASQUERADE missing");
  await expect(page.locator(".card")).toContainText("unchanged");
  await expect(natlens.details).toContainText("What should have been here");
  await page.getByRole("button", { name: "Edit input" }).click();
  await natlens.fill("Healthy", all("healthy"));
  await natlens.fill("Broken", all("healthy"));
  await natlens.compare();
  await expect(natlens.verdict).toContainText("Nothing wrong found");
  await expect(page.locator(".ghost")).toHaveCount(0);
  await expect(page.locator(".stop-plate")).toHaveCount(2);
});

test("a text with faults is read as far as it goes, and told with its line, before anything is compared", async ({
  page,
}) => {
  const natlens = await NatlensPage.open(page);
  await natlens.fill("Broken", "*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j NO SUCH --thing\nCOMMIT\n");
  const remarks = page.getByRole("region", { name: "Broken: Remarks" });
  await expect(remarks.locator("pre").first()).toContainText("-A POSTROUTING -j NO SUCH --thing");
  await remarks.getByRole("button", { name: "paste:3" }).first().click();
  const selected = await natlens
    .area("Broken")
    .evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd));
  expect(selected).toBe("-A POSTROUTING -j NO SUCH --thing");
  await expect(remarks).toContainText("ip addr");
  await natlens.compare();
  await expect(natlens.verdict).toContainText("The dumps do not say enough");
  await page.getByRole("button", { name: /not understood|remark/ }).click();
  await expect(page.getByText("-A POSTROUTING -j NO SUCH --thing").first()).toBeVisible();
  await expect(natlens.details).toContainText("What cannot be decided");
  await page.getByRole("button", { name: "Edit input" }).click();
  await expect(natlens.area("Broken")).toHaveValue(/NO SUCH/);
  await natlens.fill("Broken", "This is no dump at all.");
  await expect(page.getByText("Nothing here is a dump that natlens reads.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Compare" })).toBeDisabled();
});

test("once loaded the page needs no network", async ({ page, context }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.loaded();
  const asked: string[] = [];
  context.on("request", (request) => {
    if (/^https?:(?!.*favicon)/.test(request.url())) asked.push(request.url());
  });
  await context.setOffline(true);
  await natlens.loadIncident();
  await expect(natlens.verdict).toContainText("no cluster CIDR");
  await expect(page.locator(".stop-plate")).toContainText("MASQUERADE");
  for (const view of ["Matrix", "Text"]) await page.getByRole("button", { name: view, exact: true }).click();
  await expect(page.getByText("The dumps as pasted")).toBeVisible();
  await page.evaluate(() => {
    location.hash = "#/learn/incident/1";
  });
  await expect(page.getByRole("heading", { name: "The symptom" })).toBeVisible();
  await natlens.idle();
  await page.evaluate(() => {
    location.hash = "#v0.thisisnolink";
  });
  await expect(page.locator("h1")).toContainText("damaged");
  expect(asked).toEqual([]);
});
