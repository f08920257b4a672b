import { expect, type Locator, type Page } from "@playwright/test";

/** The small language of the browser tests: what a reader does, and what is seen then. */
export class NatlensPage {
  readonly page: Page;
  /** Errors of the page, and everything that the content security policy refused. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(page: Page, settings: { language?: string; theme?: string } = {}, hash = ""): Promise<NatlensPage> {
    const natlens = new NatlensPage(page);
    page.on("pageerror", (error) => natlens.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" || message.text().includes("securitypolicyviolation"))
        natlens.complaints.push(message.text());
    });
    await page.addInitScript(
      (kept) => {
        if (localStorage.getItem("natlens.settings") === null)
          localStorage.setItem("natlens.settings", JSON.stringify(kept));
        addEventListener("securitypolicyviolation", (event) => {
          // biome-ignore lint/suspicious/noConsole: the way from the page to the test
          console.error(`securitypolicyviolation ${event.violatedDirective} ${event.blockedURI}`);
        });
      },
      { language: "en", theme: "light", ...settings },
    );
    await page.goto(`/${hash}`);
    await expect(page.locator("#root")).not.toBeEmpty();
    return natlens;
  }

  /** Nothing is on its way: no analysis, no question, no packet. */
  async idle(): Promise<void> {
    await expect(this.page.locator("html")).toHaveAttribute("data-idle", "true", { timeout: 20_000 });
  }

  async loadIncident(): Promise<void> {
    await this.page.locator("main .button-primary").click();
    await expect(this.verdict).toBeVisible({ timeout: 20_000 });
    await this.idle();
  }

  async paste(side: "Healthy" | "Broken", text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: `${side}:` }).fill(text);
  }

  async key(name: string): Promise<void> {
    await this.diagram.press(name);
    await this.idle();
  }

  /** `step 17 of 31` as numbers. */
  async step(): Promise<{ n: number; of: number }> {
    const text = (await this.page.getByRole("slider").last().getAttribute("aria-valuetext")) ?? "";
    const [n = 0, of = 0] = (text.match(/\d+/g) ?? []).map(Number);
    return { n, of };
  }

  get verdict(): Locator {
    return this.page.locator("section.verdict");
  }
  get diagram(): Locator {
    return this.page.locator(".diagram-pane");
  }
  get details(): Locator {
    return this.page.getByRole("tabpanel");
  }

  tab(name: string): Locator {
    return this.page.getByRole("tab", { name });
  }

  /** Nothing but code is wider than the screen. */
  async expectNothingScrollsSideways(): Promise<void> {
    const over = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(over).toBeLessThanOrEqual(0);
  }

  expectNoComplaint(): void {
    expect(this.complaints).toEqual([]);
  }
}
