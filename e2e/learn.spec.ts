import { expect } from "@playwright/test";
import { NatlensPage, test } from "./natlens-page.ts";

test("the walkthrough, clicked to its end, every question answered", async ({ page }) => {
  test.slow(); // the packets go on after each answer
  const natlens = await NatlensPage.open(page);
  await page.getByRole("button", { name: /could not reach its own API/ }).click();
  await natlens.idle();
  // What is right stands in the lesson's story: the kernel takes the service's address, it stays, binding helps, …
  const right: Readonly<Record<number, string>> = {
    2: "10.20.0.1",
    4: "10.20.0.1",
    6: "made",
    9: "times out",
    10: "made",
  };
  for (let step = 1; step <= 10; step++) {
    await expect(page.getByText(`${step} / 10`)).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`#/learn/incident/${step}$`));
    await natlens.idle();
    const wanted = right[step];
    if (wanted !== undefined) {
      const lane = natlens.lane("broken").locator(".summary");
      await expect(lane).toHaveText("to be predicted");
      // The third is answered wrongly, to hear that it is.
      const choice = page.getByRole("radio", { name: wanted });
      await (step === 6 ? page.getByRole("radio").last() : choice).check();
      await page.getByRole("button", { name: "Let the packet go on" }).click();
      await expect(page.locator("form [role=status]")).toContainText(step === 6 ? "Not so." : "Right.");
      await expect(page.locator('.choice[data-right="true"]')).toContainText(wanted);
      await page.getByRole("button", { name: "To the end" }).click(); // the test need not wait for the packets
      await natlens.idle();
      await expect(lane).toContainText(step === 6 || step === 10 ? "delivered" : "reply lost");
    }
    await page.getByRole("button", { name: step < 10 ? "Next" : "Done", exact: true }).click();
  }
  await expect(natlens.verdict).toContainText("no cluster CIDR");
});

test("a step of the walkthrough in Chinese, by its own link", async ({ page }) => {
  const natlens = await NatlensPage.open(page, { language: "zh-CN" }, "#/learn/incident/4");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.locator("h1")).toHaveText("没有标记的报文");
  await natlens.idle();
  await page.getByRole("radio", { name: "10.20.0.1" }).check();
  await page.getByRole("button", { name: "让报文走下去" }).click();
  await expect(page.locator("form [role=status]")).toContainText("正确");
  await expect(page.locator(".flag")).toContainText("首个分叉点");
});
