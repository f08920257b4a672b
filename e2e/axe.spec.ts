import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { NatlensPage, test } from "./natlens-page.ts";

for (const theme of ["light", "dark"])
  test(`axe has nothing to say, ${theme}`, async ({ page }) => {
    test.setTimeout(90_000); // axe looks at every element
    const natlens = await NatlensPage.open(page, { theme });
    const look = async (view: string): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const told = violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" "))}`);
      expect.soft(told, view).toEqual([]);
    };
    await page.setViewportSize({ width: 1440, height: 900 });
    await look("input");
    await natlens.loadIncident();
    await look("way and step");
    await natlens.tab("Verdict").click();
    await page.getByRole("button", { name: "Matrix" }).click();
    await look("matrix and verdict");
    await natlens.tab("What if").click();
    await page.getByRole("button", { name: "Text", exact: true }).click();
    await look("text and what-if");
    await page.getByRole("button", { name: "Way", exact: true }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: "Details" }).click();
    await look("sheet of details");
  });
