// Which Chromium the browser tests use, and how it gets onto a machine that has none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * NATLENS_CHROMIUM, else Playwright's own browser if it was installed, else one on PATH.
 * @returns {Promise<string | undefined>} the program to run
 */
export async function findBrowser() {
  const asked = process.env.NATLENS_CHROMIUM;
  if (asked) return asked;
  const { chromium } = await import("@playwright/test");
  const own = chromium.executablePath();
  if (own && existsSync(own)) return own;
  return ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].map(onPath).find(Boolean);
}

/** @param {string} program */
function onPath(program) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/** Finds a browser, or installs Debian's where that is possible without asking anybody. */
export async function needBrowser() {
  const asked = process.env.NATLENS_CHROMIUM;
  if (asked && !existsSync(asked)) throw new Error(`NATLENS_CHROMIUM names ${asked}, which does not exist.`);
  const found = await findBrowser();
  if (found) return found;
  if (process.getuid?.() === 0 && onPath("apt-get")) {
    console.log("No Chromium found; installing Debian's chromium and fonts-noto-cjk with apt-get.");
    apt("update");
    apt("install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk");
    const installed = await findBrowser();
    if (installed) return installed;
  }
  throw new Error(
    [
      "The browser tests need Chromium or Chrome, and none was found.",
      "Install one with your system's package manager (Debian: apt-get install chromium fonts-noto-cjk),",
      "or name its program in the environment variable NATLENS_CHROMIUM.",
    ].join("\n"),
  );
}

/** @param {string[]} args */
function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status } = spawnSync("apt-get", args, { stdio: ["ignore", "inherit", "inherit"], env });
  if (status !== 0) throw new Error(`apt-get ${args[0]} failed, see above.`);
}
