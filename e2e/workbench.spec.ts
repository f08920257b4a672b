import { expect } from "@playwright/test";
import { NatlensPage, test } from "./natlens-page.ts";

test("the incident: verdict, proof, fix and the missing step", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.loadIncident();
  await expect(natlens.verdict).toContainText("Fault");
  await expect(natlens.verdict).toContainText("reply lost");
  await expect(natlens.verdict).toContainText("delivered");
  await expect(natlens.verdict).toContainText("--cluster-cidr");
  await expect(page.locator(".stop-plate")).toContainText("MASQUERADE");
  await expect(page.locator(".ghost-large").first()).toContainText("missing");
  await expect(page.locator(".flag")).toContainText("First divergence");
});

test("the keyboard alone: from the first page to the verdict, its steps and their details", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.tabTo(page.getByRole("button", { name: "Load the incident" }));
  await page.keyboard.press("Enter");
  await natlens.verdictIsHere();
  await natlens.tabTo(natlens.diagram);
  await page.keyboard.press("Home");
  await natlens.expectStep(1);
  for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft"]) await page.keyboard.press(key);
  await natlens.expectStep(2);
  await page.keyboard.press("d");
  await expect(natlens.details).toContainText("KUBE-SERVICES");
  await natlens.tabTo(natlens.tab("Step"));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(natlens.tab("Verdict")).toBeFocused();
  await expect(natlens.details).toContainText("What it rests on");
  await natlens.tabTo(natlens.details);
});

for (const reducedMotion of ["no-preference", "reduce"] as const)
  test(`the packet goes by the clock, and stops at the end (motion: ${reducedMotion})`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion });
    await page.clock.install({ time: 0 });
    const natlens = await NatlensPage.open(page);
    await natlens.loadIncident();
    await natlens.key("Home");
    await page.clock.pauseAt(3_600_000);
    await natlens.diagram.press(" ");
    await expect(page.locator("html")).toHaveAttribute("data-idle", "false");
    await expect(page.locator(".packet")).toHaveCount(2);
    await page.clock.runFor(490); // 260 ms on the way, 240 ms at a stop where nothing changes
    await natlens.expectStep(1);
    await page.clock.runFor(20);
    await natlens.expectStep(2);
    const travels = await page
      .locator(".packet")
      .first()
      .evaluate((packet) => getComputedStyle(packet).animationDuration);
    expect(Number.parseFloat(travels) < 0.01).toBe(reducedMotion === "reduce");
    await natlens.diagram.press(" ");
    await page.clock.runFor(5000);
    await natlens.expectStep(2); // paused
    await page.getByRole("combobox", { name: "Speed" }).selectOption("4");
    await natlens.diagram.press(" ");
    await page.clock.runFor(20_000);
    await natlens.idle();
    const { n, of } = await natlens.step();
    expect(n).toBe(of);
  });

test("when the worker dies the input is safe, and the analysis runs again", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.loadIncident();
  await page.workers()[0]?.evaluate(() => {
    globalThis.onmessage = () => {
      throw new Error("out of memory");
    };
  });
  await page.getByRole("button", { name: "Matrix" }).click();
  await page.locator('[data-flow^="pod"]').first().click();
  const bar = page.getByRole("alert");
  await expect(bar).toContainText("The analysis stopped. Your input is safe.");
  await bar.getByRole("button", { name: "Run again" }).click();
  await expect(bar).toBeHidden();
  await natlens.verdictIsHere();
  await expect(natlens.verdict).toContainText("no cluster CIDR");
});

test("a hop leads to its line in the dump", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.loadIncident();
  await natlens.key("d");
  await natlens.details.locator(".dump-line button").first().click();
  const line = page.locator('li[aria-current="true"]');
  await expect(line).toBeVisible();
  await expect(line).toContainText("KUBE-SERVICES");
  await page.getByRole("button", { name: "Back to the packet’s way" }).click();
  await expect(natlens.diagram).toBeVisible();
});

test("the list of steps goes with the diagram", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.loadIncident();
  await natlens.tab("All steps").click();
  await natlens.details.getByRole("button").nth(1).click();
  expect((await natlens.step()).n).toBe(2);
  await natlens.key("ArrowRight");
  await expect(natlens.details.locator('[aria-current="step"]')).toContainText("3");
});

test("the matrix asks for another flow", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.loadIncident();
  await page.getByRole("button", { name: "Matrix" }).click();
  await page.locator('[data-flow^="pod"]').first().click();
  await natlens.idle();
  await expect(page.locator(".heads")).toContainText("PREROUTING");
});

test("the differences: the one that counts first, noise folded, a click to both texts", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.loadIncident();
  await page.getByRole("button", { name: "Diff", exact: true }).click();
  const fate = page.locator('details[data-class="fate"]');
  await expect(fate).toHaveAttribute("open", "");
  await expect(fate).toContainText("KUBE-CLUSTER-IP");
  await expect(page.locator('details[data-class="third-party"]')).not.toHaveAttribute("open", "");
  await fate.getByRole("button", { name: "line 23" }).click();
  await expect(page.locator('[aria-current="true"]').filter({ hasText: "KUBE-CLUSTER-IP" })).toBeVisible();
});

test("what if the client binds the node's own address", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.loadIncident();
  await natlens.tab("What if").click();
  const form = natlens.details.locator("form").first();
  await form.getByRole("textbox").fill("10.19.136.10");
  await form.getByRole("button").click();
  await natlens.idle();
  await expect(page.locator('.lane[data-side="broken"]')).toContainText("delivered");
});

test("Chinese: labels, engine words and the root's language", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await natlens.loadIncident();
  await expect(natlens.verdict).toContainText("故障");
  await expect(page.locator(".flag")).toContainText("首个分叉点");
  await page.reload();
  await expect(page.locator("h1")).toContainText("报文");
});

test("on a phone everything fits, and the details come from below", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const natlens = await NatlensPage.open(page);
  await natlens.expectNothingScrollsSideways();
  await natlens.loadIncident();
  await natlens.expectNothingScrollsSideways();
  await expect(page.locator(".upright")).toContainText("no rule marks");
  await page.getByRole("button", { name: "Details" }).click();
  await expect(natlens.details).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(natlens.details).toBeHidden();
});
