import { expect, type Page } from "@playwright/test";
import { listener, tryEveryWay, tryEveryWayOfWorker, waysOut, waysOutOfWorker } from "./attempts.ts";
import type { Complaints, NatlensPage } from "./natlens-page.ts";

/**
 * Tries every way out of the page and of its worker, to a server of the test's own. The same attempts from an ordinary
 * page, which has no policy, have to arrive: else nothing is shown by their not arriving.
 */
export async function expectNoWayOut(natlens: NatlensPage, complaints: Complaints, ordinary: Page): Promise<void> {
  const server = await listener();
  try {
    const [worker] = natlens.page.workers();
    if (!worker) throw new Error("there is no worker");
    complaints.expect(/./); // every attempt is refused aloud
    await natlens.page.evaluate(tryEveryWay, server.address);
    await worker.evaluate(tryEveryWayOfWorker, server.address);
    expect(server.heard).toEqual([]);

    await ordinary.goto(`${server.address}/`);
    await ordinary.evaluate(tryEveryWay, server.address);
    for (const way of waysOut) expect.soft(server.heard, `from an ordinary page, by ${way}`).toContain(`/${way}`);
    server.heard.length = 0;
    const started = ordinary.waitForEvent("worker");
    await ordinary.evaluate(() => {
      new Worker(URL.createObjectURL(new Blob(["setTimeout(() => {}, 60000)"])));
    });
    await (await started).evaluate(tryEveryWayOfWorker, server.address);
    for (const way of waysOutOfWorker)
      expect.soft(server.heard, `from an ordinary worker, by ${way}`).toContain(`/${way}`);
  } finally {
    await server.close();
  }
}
