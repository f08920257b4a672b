import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

/** What every build depends on besides its own sources. */
export const toolFiles = ["package-lock.json", "vite.config.ts", ".ci/csp.ts", ".ci/one-file.ts"];

/**
 * When anything at these places of the checkout was last changed, in ms; folders count, so a deletion is seen, too.
 * Tests are no part of any build.
 * @param {readonly string[]} places
 */
export function newest(places) {
  return places.reduce((latest, place) => Math.max(latest, newestAt(join(root, place))), 0);
}

/**
 * @param {string} path
 * @returns {number}
 */
function newestAt(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  let latest = stat.mtimeMs;
  if (!stat.isDirectory()) return latest;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (/\.test\.tsx?$/.test(entry.name)) continue;
    latest = Math.max(latest, newestAt(join(path, entry.name)));
  }
  return latest;
}

/**
 * When this output was made, in ms; 0 when it was not.
 * @param {string} place
 */
export function madeAt(place) {
  return statSync(join(root, place), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
