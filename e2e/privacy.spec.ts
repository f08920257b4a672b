import { NatlensPage, test } from "./natlens-page.ts";
import { expectNoWayOut } from "./privacy.ts";

test("no way leads out of the page, nor out of its worker", async ({ page, complaints, browser }) => {
  test.slow(); // it waits for what must not come
  const natlens = await NatlensPage.open(page);
  await natlens.loadIncident();
  const context = await browser.newContext();
  await expectNoWayOut(natlens, complaints, await context.newPage());
  await context.close();
});
