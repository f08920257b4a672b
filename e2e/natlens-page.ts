import { type BrowserContext, test as base, expect, type Locator, type Page } from "@playwright/test";

/** What went wrong in a context: errors of its pages, refusals of the policy, requests that leave the page's origin. */
export interface Complaints {
  readonly all: string[];
  /** From here on these are expected: at least one has to come, and it is no complaint. */
  expect(pattern: RegExp): void;
}

interface Watched extends Complaints {
  unmet(): readonly string[];
}

async function watch(context: BrowserContext): Promise<Watched> {
  const all: string[] = [];
  const expected: { pattern: RegExp; met: boolean }[] = [];
  const complain = (text: string): void => {
    const wanted = expected.find(({ pattern }) => pattern.test(text));
    if (wanted) wanted.met = true;
    else all.push(text);
  };
  context.on("weberror", (error) => complain(error.error().message));
  context.on("console", (message) => {
    if (message.location().url.endsWith("/favicon.svg")) return; // asked for when the browser likes
    if (message.type() === "error" || message.text().includes("securitypolicyviolation")) complain(message.text());
  });
  context.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    const page = new URL(request.frame().page().url() || "about:blank");
    const own = ["blob:", "data:", "file:"].includes(protocol) || request.isNavigationRequest() || host === page.host;
    if (!own) complain(`request ${request.url()}`);
  });
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      // biome-ignore lint/suspicious/noConsole: the way from the page to the test
      console.error(`securitypolicyviolation ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return {
    all,
    expect: (pattern) => void expected.push({ pattern, met: false }),
    unmet: () => expected.filter(({ met }) => !met).map(({ pattern }) => String(pattern)),
  };
}

/** Every test fails on any complaint, of its own context and of each that it opens by `another`. */
export const test = base.extend<{ complaints: Complaints; another: () => Promise<Page> }>({
  complaints: [
    async ({ context }, use) => {
      const watched = await watch(context);
      await use(watched);
      expect(watched.all, "complaints").toEqual([]);
      expect(watched.unmet(), "expected and not seen").toEqual([]);
    },
    { auto: true },
  ],
  another: async ({ browser, baseURL }, use) => {
    const opened: { context: BrowserContext; watched: Watched }[] = [];
    await use(async () => {
      const context = await browser.newContext({ ...(baseURL ? { baseURL } : {}) });
      opened.push({ context, watched: await watch(context) });
      return context.newPage();
    });
    for (const { context, watched } of opened) {
      expect(watched.all, "complaints of another context").toEqual([]);
      await context.close();
    }
  },
});

/** The small language of the browser tests: what a reader does, and what is seen then. */
export class NatlensPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** `at`: a fragment of the served page, or a whole address. */
  static async open(page: Page, settings: { language?: string; theme?: string } = {}, at = ""): Promise<NatlensPage> {
    await page.addInitScript(
      (kept) => {
        if (localStorage.getItem("natlens.settings") === null)
          localStorage.setItem("natlens.settings", JSON.stringify(kept));
      },
      { language: "en", theme: "light", ...settings },
    );
    await page.goto(/^\w+:/.test(at) ? at : `/${at}`);
    await expect(page.locator("#root")).not.toBeEmpty();
    return new NatlensPage(page);
  }

  /** Nothing is on its way: no analysis, no question, no packet. */
  async idle(): Promise<void> {
    await expect(this.page.locator("html")).toHaveAttribute("data-idle", "true", { timeout: 20_000 });
  }

  /** What changed of the input is written for the next visit. */
  async kept(): Promise<void> {
    await expect(this.page.locator("html")).toHaveAttribute("data-kept", "true", { timeout: 20_000 });
  }

  /** Everything that the page may ever need is here. */
  async loaded(): Promise<void> {
    await expect(this.page.locator("html")).toHaveAttribute("data-loaded", "true", { timeout: 20_000 });
  }

  async loadIncident(): Promise<void> {
    await this.page.locator('main [data-example="incident"]').click();
    await this.verdictIsHere();
  }

  async verdictIsHere(): Promise<void> {
    await expect(this.verdict).toBeVisible({ timeout: 20_000 });
    await this.idle();
  }

  area(side: "Healthy" | "Broken"): Locator {
    return this.page.getByRole("textbox", { name: `${side}:` });
  }

  async fill(side: "Healthy" | "Broken", text: string): Promise<void> {
    await this.area(side).fill(text);
  }

  /** A real paste, by clipboard and keys. */
  async paste(side: "Healthy" | "Broken", text: string): Promise<void> {
    await this.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await this.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await this.area(side).focus();
    await this.page.keyboard.press("ControlOrMeta+End");
    await this.page.keyboard.press("ControlOrMeta+v");
  }

  async drop(side: "Healthy" | "Broken", files: Readonly<Record<string, string>>): Promise<void> {
    const dataTransfer = await this.page.evaluateHandle((list) => {
      const transfer = new DataTransfer();
      for (const [name, text] of Object.entries(list)) transfer.items.add(new File([text], name));
      return transfer;
    }, files);
    const target = this.page.getByRole("region", { name: side });
    await target.dispatchEvent("dragover", { dataTransfer });
    await target.dispatchEvent("drop", { dataTransfer });
  }

  async compare(): Promise<void> {
    await this.page.getByRole("button", { name: "Compare" }).click();
    await this.verdictIsHere();
  }

  async key(name: string): Promise<void> {
    await this.diagram.press(name);
    await this.idle();
  }

  /** Tab, until this has the focus. */
  async tabTo(target: Locator, most = 60): Promise<void> {
    for (let i = 0; i < most; i++) {
      await this.page.keyboard.press("Tab");
      if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`${target} is not reached by ${most} times Tab`);
  }

  /** `step 17 of 31` as numbers. */
  async step(): Promise<{ n: number; of: number }> {
    const text = (await this.page.getByRole("slider").last().getAttribute("aria-valuetext")) ?? "";
    const [n = 0, of = 0] = (text.match(/\d+/g) ?? []).map(Number);
    return { n, of };
  }

  async expectStep(n: number): Promise<void> {
    await expect(this.page.getByRole("slider").last()).toHaveAttribute("aria-valuetext", new RegExp(`^\\D*${n}\\D`));
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
  lane(side: "healthy" | "broken"): Locator {
    return this.page.locator(`.lane[data-side="${side}"]`);
  }
  tab(name: string): Locator {
    return this.page.getByRole("tab", { name, exact: true });
  }

  /** Nothing but code is wider than the screen. */
  async expectNothingScrollsSideways(): Promise<void> {
    const over = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(over).toBeLessThanOrEqual(0);
  }
}
