// Fails where `npm ci` would fail on another platform, and where the lock file says from which registry it was written.
import { readFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
const faults = [];
for (const [at, entry] of Object.entries(packages)) {
  if (entry.resolved) faults.push(`address in the lock file: ${at}`);
  if (at === "") continue;
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!packages[`${at}/node_modules/${name}`] && !packages[`node_modules/${name}`]) {
      faults.push(`not locked: ${name}, an optional dependency of ${at}`);
    }
  }
}
const { dependencies, devDependencies } = packages[""];
for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
  if (!/^\d/.test(version)) faults.push(`not an exact version: ${name} ${version}`);
}
for (const fault of faults) console.error(`package-lock.json: ${fault}`);
if (faults.length > 0) process.exit(1);
