import { gzipSync } from "node:zlib";
import { expect } from "@playwright/test";
import { NatlensPage, test } from "./natlens-page.ts";
import { dumps } from "./seed.ts";

test("the input survives a reload and a link, and is forgotten with one click", async ({ page }) => {
  test.slow(); // it loads the page five times
  const natlens = await NatlensPage.open(page);
  const broken = dumps("incident", "broken");
  await natlens.drop("Broken", { "nat.txt": broken["iptables-save.txt"] ?? "" });
  await natlens.fill("Healthy", dumps("incident", "healthy")["ip-addr.txt"] ?? "");
  await natlens.kept();
  await page.reload();
  await natlens.idle();
  await expect(page.getByText("Your input from the last visit is here: 2 texts")).toBeVisible();
  await expect(page.getByRole("button", { name: "Remove nat.txt" })).toBeVisible();
  await expect(natlens.area("Healthy")).toHaveValue(/kube-ipvs0/);
  await expect(page.getByRole("button", { name: /iptables-save \d+ rules/ })).toBeVisible();

  // moved, undone, renamed: nothing of it needs the text once more
  await page.getByRole("button", { name: "Move nat.txt to the healthy side" }).click();
  await expect(
    page.getByRole("region", { name: "Healthy" }).getByRole("button", { name: "Remove nat.txt" }),
  ).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("textbox", { name: "Name of nat.txt" }).fill("node-7");
  await page.getByRole("textbox", { name: "Name of nat.txt" }).press("Enter");
  await natlens.compare();
  await expect(natlens.verdict).toContainText("no cluster CIDR");

  // a link that is opened meanwhile leaves it alone
  await page.goto("/#v0.thisisnolink");
  await expect(page.locator("h1")).toContainText("damaged");
  await page.goto("/");
  await page.reload();
  await natlens.idle();
  await expect(page.getByRole("button", { name: "Remove node-7" })).toBeVisible();

  await page.getByRole("button", { name: "Forget everything" }).click();
  await expect(page.getByText("Everything is forgotten")).toBeVisible();
  await natlens.kept();
  await page.reload();
  await natlens.idle();
  await expect(page.getByRole("button", { name: "Remove node-7" })).toHaveCount(0);
  await expect(natlens.area("Healthy")).toHaveValue("");
});

test("an archive is unpacked; any line of a text is shown, chosen and copied", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const rules = Array.from({ length: 30_000 }, (_, i) => `-A KUBE-SVC -d 10.${i >> 8}.${i & 255}.1/32 -j RETURN`);
  const text = ["*nat", ":KUBE-SVC - [0:0]", ...rules, "COMMIT", ""].join("\n");
  await page
    .getByRole("region", { name: "Broken" })
    .locator("input[type=file]")
    .setInputFiles({ name: "node.txt.gz", mimeType: "application/gzip", buffer: gzipSync(text) });
  await expect(page.locator("[data-line='1']")).toContainText("*nat");
  await natlens.idle();
  await expect(page.getByRole("button", { name: /iptables-save 30000 rules/ })).toBeVisible();
  const line = page.getByRole("textbox", { name: "Line: node.txt" });
  await line.fill("29990-29992");
  await line.press("Enter");
  await expect(page.locator("[data-line='29990']")).toContainText(rules[29_987] ?? "");
  await page.getByRole("button", { name: "Copy lines 29990–29992" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${rules.slice(29_987, 29_990).join("\n")}\n`);
  await page.getByRole("region", { name: "Broken: node.txt" }).press("Home");
  await expect(page.locator("[data-line='1']")).toBeInViewport();
  await page.getByRole("region", { name: "Broken: node.txt" }).press("End");
  await expect(page.locator("[data-line='30003']")).toBeInViewport();
});

test("two nodes in one paste become two sides, and what was repaired can be read as pasted", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  const save = (side: "healthy" | "broken"): string => dumps("incident", side)["iptables-save.txt"] ?? "";
  const prompt = (host: string): string => `[root@${host} ~]# iptables-save\n`;
  await natlens.paste("Broken", `${prompt("node-1")}${save("healthy")}${prompt("node-2")}${save("broken")}`);
  await page.getByRole("button", { name: "node-1 is healthy, node-2 is broken" }).click();
  for (const [side, node] of [
    ["Healthy", "node-1"],
    ["Broken", "node-2"],
  ] as const)
    await expect(
      page.getByRole("region", { name: side, exact: true }).getByRole("button", { name: `Remove ${node}` }),
    ).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(natlens.area("Broken")).toHaveValue(/node-2/);
  await page.getByRole("button", { name: "It is one node" }).click();
  await expect(page.getByRole("button", { name: "node-1 is healthy" })).toHaveCount(0);

  await natlens.fill("Broken", "*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT –d 10.0.0.1/32 -j ACCEPT\nCOMMIT\n");
  await page.getByRole("button", { name: "Read exactly as pasted" }).click();
  await expect(page.getByRole("region", { name: "Broken: Remarks" })).toContainText("–d 10.0.0.1/32");
  await page.setViewportSize({ width: 390, height: 844 });
  await natlens.expectNothingScrollsSideways();
  await page.getByRole("button", { name: "Repair it" }).click();
  await expect(page.getByRole("button", { name: "Read exactly as pasted" })).toBeVisible();
});

test("what natlens understands can be searched", async ({ page }) => {
  const natlens = await NatlensPage.open(page);
  await page.getByRole("button", { name: "What natlens understands" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "What natlens understands" })).toBeVisible();
  const parts = page.getByRole("listitem");
  await expect(parts.filter({ hasText: "-m addrtype" })).toBeVisible();
  await page.getByRole("searchbox").fill("MASQUERADE");
  await expect(parts.filter({ hasText: "-j MASQUERADE" })).toBeVisible();
  await expect(parts.filter({ hasText: "-m addrtype" })).toHaveCount(0);
  await page.getByRole("searchbox").fill("nothing-of-that-name");
  await expect(page.getByText("Nothing by that name.")).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await natlens.idle();
  await page.getByRole("tab", { name: "Through ssh" }).click();
  await expect(page.getByRole("tabpanel")).toContainText("ssh NODE");
});
