import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { NatlensPage } from "./natlens-page.ts";

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
  natlens.expectNoComplaint();
});

test("the keyboard alone steps, goes to the divergence, and plays to the end", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await page.locator("main .button-primary").focus();
  await page.keyboard.press("Enter");
  await expect(natlens.verdict).toBeVisible({ timeout: 20_000 });
  await natlens.diagram.focus();
  await natlens.key("Home");
  expect((await natlens.step()).n).toBe(1);
  await natlens.key("ArrowRight");
  await natlens.key("ArrowRight");
  expect((await natlens.step()).n).toBe(3);
  await natlens.key("ArrowLeft");
  expect((await natlens.step()).n).toBe(2);
  await natlens.key("d");
  await expect(natlens.details).toContainText("KUBE-SERVICES");
  await natlens.key("End");
  const { n, of } = await natlens.step();
  expect(n).toBe(of);
  await page.getByRole("combobox", { name: "Speed" }).selectOption("4");
  await natlens.diagram.press(" ");
  await expect(page.locator("html")).toHaveAttribute("data-idle", "false");
  await expect(page.locator(".packet").first()).toBeVisible();
  await natlens.idle();
  expect((await natlens.step()).n).toBe(of);
  natlens.expectNoComplaint();
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
  natlens.expectNoComplaint();
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
  natlens.expectNoComplaint();
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

test("a pasted text is analysed and its problems are shown with their lines", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await natlens.paste("Broken", "*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j NO SUCH --thing\nCOMMIT\n");
  await page.getByRole("button", { name: "Compare" }).click();
  await natlens.idle();
  await expect(page.getByRole("button", { name: "Edit input" })).toBeVisible();
  await page.getByRole("button", { name: "Edit input" }).click();
  await expect(page.getByRole("textbox", { name: "Broken:" })).toHaveValue(/NO SUCH/);
  natlens.expectNoComplaint();
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

test("a damaged link says what is damaged", async ({ page }) => {
  const natlens = await NatlensPage.open(page, {}, "#v0.thisisnolink");
  await expect(page.locator("h1")).toContainText("damaged");
  await page.locator(".button-primary").click();
  await expect(page.locator("h1")).toContainText("missing");
  natlens.expectNoComplaint();
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
  natlens.expectNoComplaint();
});

const views: readonly (readonly [string, number, (natlens: NatlensPage) => Promise<void>])[] = [
  ["input", 1440, async () => undefined],
  ["step", 1440, (natlens) => natlens.loadIncident()],
  [
    "verdict",
    1440,
    async (natlens) => {
      await natlens.loadIncident();
      await natlens.tab("Verdict").click();
    },
  ],
  [
    "matrix",
    1440,
    async (natlens) => {
      await natlens.loadIncident();
      await natlens.page.getByRole("button", { name: "Matrix" }).click();
    },
  ],
  [
    "text",
    1440,
    async (natlens) => {
      await natlens.loadIncident();
      await natlens.page.getByRole("button", { name: "Text", exact: true }).click();
    },
  ],
  [
    "sheet of details",
    390,
    async (natlens) => {
      await natlens.loadIncident();
      await natlens.page.getByRole("button", { name: "Details" }).click();
    },
  ],
];

for (const theme of ["light", "dark"])
  for (const [name, width, go] of views)
    test(`axe has nothing to say about the ${name}, ${theme}`, async ({ page }) => {
      test.slow(); // axe looks at every element
      await page.setViewportSize({ width, height: 900 });
      const natlens = await NatlensPage.open(page, { theme });
      await go(natlens);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(
          (v) =>
            `${v.id}: ${v.nodes
              .map((n) => n.target.join(" "))
              .slice(0, 3)
              .join("; ")}`,
        ),
      ).toEqual([]);
    });
