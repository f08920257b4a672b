import { defineConfig } from "@playwright/test";
import { findBrowser } from "./.ci/browser.mjs";

const port = Number(process.env.NATLENS_TEST_PORT ?? 4317);
const address = `http://127.0.0.1:${port}`;
const executablePath = await findBrowser();

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  workers: 2,
  use: {
    browserName: "chromium",
    baseURL: address,
    trace: "retain-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : { channel: "chrome" }),
      chromiumSandbox: process.getuid?.() !== 0, // Chromium refuses its sandbox as root
      args: ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  projects: [
    { name: "hosted", testIgnore: /single/ },
    { name: "single-file", testMatch: /single/ }, // goes to the file: address of dist-single/index.html
  ],
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --port ${port} --strictPort --host 127.0.0.1`,
    url: address,
    reuseExistingServer: false, // another preview on the port would answer with another build
  },
});
