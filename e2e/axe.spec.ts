import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { NatlensPage, test } from "./natlens-page.ts";
import { dumps } from "./seed.ts";

for (const theme of ["light", "dark"])
  test(`axe has nothing to say, ${theme}`, async ({ page }) => {
    test.setTimeout(180_000); // axe looks at every element
    const natlens = await NatlensPage.open(page, { theme });
    const look = async (view: string): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const told = violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" "))}`);
      expect.soft(told, view).toEqual([]);
    };
    await page.setViewportSize({ width: 1440, height: 900 });
    await look("input");
    await natlens.drop("Healthy", dumps("incident", "healthy"));
    await natlens.drop("Broken", { "nat.txt": dumps("incident", "broken")["iptables-save.txt"] ?? "" });
    await natlens.fill("Broken", "*mangle\n:INPUT ACCEPT [0:0]\n-A INPUT -j NO SUCH --thing\nneither this\nCOMMIT\n");
    await expect(page.getByRole("region", { name: "Broken: Remarks" })).toContainText("neither this");
    await page.getByRole("button", { name: "Move nat.txt to the healthy side" }).click();
    await natlens.idle();
    await look("input with texts, remarks and a notice");
    await page.getByRole("button", { name: "What natlens understands" }).click();
    await expect(page.getByRole("heading", { name: "Matches" })).toBeVisible();
    await look("what natlens understands");
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByRole("button", { name: "Forget everything" }).click();
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
