// Builds the page: `dist` to be served, `dist-single` as one HTML file to be opened from disk.
// `node .ci/build.mjs hosted` or `... single` builds one of them.
import { readdirSync, readFileSync, realpathSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { root } from "./setup.mjs";

/** @typedef {"hosted" | "single"} Kind */

/** @type {Record<Kind, { mode: string, folder: string }>} */
const builds = {
  hosted: { mode: "production", folder: "dist" },
  single: { mode: "single", folder: "dist-single" },
};

/** @param {Kind} kind */
export async function buildPage(kind) {
  const { mode, folder } = builds[kind];
  const started = new Date();
  const vite = await import("vite");
  await vite.build({ root, mode, logLevel: "warn" });
  utimesSync(join(root, folder, "index.html"), started, started); // what was saved meanwhile counts as newer
  reportSizes(folder);
}

/** @param {string} folder */
function reportSizes(folder) {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.(js|css|html)$/.test(file),
  );
  let rawSum = 0;
  let gzSum = 0;
  console.log(`${folder}${"kB".padStart(46 - folder.length)}${"gz kB".padStart(9)}`);
  for (const file of files.sort()) {
    const bytes = readFileSync(join(root, folder, file));
    const gz = gzipSync(bytes, { level: 9 }).length;
    rawSum += bytes.length;
    gzSum += gz;
    console.log(sizeLine(file, bytes.length, gz));
  }
  if (files.length > 1) console.log(sizeLine("together", rawSum, gzSum));
}

/**
 * @param {string} name
 * @param {number} raw
 * @param {number} gz
 */
function sizeLine(name, raw, gz) {
  return `  ${name.padEnd(36)}${(raw / 1000).toFixed(1).padStart(8)}${(gz / 1000).toFixed(1).padStart(9)}`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const asked = process.argv[2];
  if (asked !== "single") await buildPage("hosted");
  if (asked !== "hosted") await buildPage("single");
}
