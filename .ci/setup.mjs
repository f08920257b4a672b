// Makes a checkout usable: the packages of the lock file are installed when they are not there yet.
// Runs before anything is installed, so it needs nothing but Node.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {{ quiet?: boolean }} [options] quiet: say nothing on stdout */
export function setup({ quiet = false } = {}) {
  needNode();
  const reason = whyInstall();
  if (!reason) return;
  console.error(`Set-up: ${reason}; running npm ci, this takes about half a minute.`);
  const npm = process.env.npm_execpath;
  const [command, first] = npm && /npm-cli\.c?js$/.test(npm) ? [process.execPath, [npm]] : ["npm", []];
  // No package here has an install script that matters, so none is run.
  const args = [...first, "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", quiet ? 2 : "inherit", "inherit"],
    shell: command === "npm" && process.platform === "win32",
  });
  if (status !== 0) {
    console.error("Set-up: npm ci failed, see above. It needs a reachable package registry.");
    process.exit(status ?? 1);
  }
}

function needNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const good = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (good) return;
  console.error(`natlens needs Node 20.19 or later, or 22.12 or later; this is Node ${process.versions.node}.`);
  process.exit(1);
}

/** Why the installed packages are not those of the lock file; undefined when they are. */
function whyInstall() {
  const installed = join(root, "node_modules", ".package-lock.json"); // npm writes it last
  if (!existsSync(installed)) return "nothing is installed yet";
  const there = readPackages(installed);
  for (const [at, wanted] of Object.entries(readPackages(join(root, "package-lock.json")))) {
    if (at === "") continue;
    const found = there[at];
    if (!found && wanted.optional) continue; // for another platform
    if (found?.version !== wanted.version) return `${at} is ${found?.version ?? "missing"}, not ${wanted.version}`;
  }
  return undefined;
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) setup();
