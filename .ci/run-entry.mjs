// Runs one of natlens's programs with plain node: `node .ci/run-entry.mjs natlens ARGS`. The program is built from its
// TypeScript entry when a source is newer than the last build. Nothing is printed here but why a build failed.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { launch } from "./launch.cjs";
import { madeAt, newest, toolFiles } from "./newest.mjs";
import { root, setup } from "./setup.mjs";

/** @type {Record<string, { entry: string, sources: string[] }>} */
const programs = {
  natlens: { entry: "src/cli/main.ts", sources: ["src"] },
  roundtrip: { entry: "src/formats/round-trip/main.ts", sources: ["src"] },
  conformance: { entry: "src/simulate/conformance/main.ts", sources: ["src"] },
  kernel: { entry: "src/simulate/kernel/main.ts", sources: ["src"] },
  fuzz: { entry: "src/fuzz/main.ts", sources: ["src"] },
  docs: { entry: "src/docs/main.ts", sources: ["src"] },
  bench: { entry: "bench/main.ts", sources: ["src", "bench"] },
};

const [name = "", ...args] = process.argv.slice(2);
const program = programs[name];
if (!program) {
  console.error(`no such program: ${name} (there are ${Object.keys(programs).join(", ")})`);
  process.exit(2);
}

const output = `dist-cli/${name}.cjs`;
const built = join(root, output);
if (madeAt(output) < newest([...program.sources, ...toolFiles])) build(program.entry);

// Files are named from where the user stands; npm itself went to the top of the checkout.
const from = process.env.INIT_CWD;
process.chdir(name === "natlens" && from ? from : root);
process.argv = [process.execPath, built, ...args];
launch(name);

/** @param {string} entry */
function build(entry) {
  setup({ quiet: true });
  const started = new Date();
  const folder = join(root, "dist-cli", `.${name}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const vargs = [vite, "build", "--mode", "cli", "--ssr", entry, "--outDir", folder, "--logLevel", "warn"];
  const { status, stdout, stderr } = spawnSync(process.execPath, vargs, { cwd: root, encoding: "utf8" });
  if (status === 0) {
    for (const file of readdirSync(dirname(built)))
      if (file.startsWith(`${name}.cjs.`)) rmSync(join(dirname(built), file), { force: true }); // another run may be first
    renameSync(join(folder, "main.cjs"), built); // in one go: another run may be reading the old one
    utimesSync(built, started, started); // what was saved while building counts as newer
  }
  rmSync(folder, { recursive: true, force: true });
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}\n${entry} could not be built.\n`);
    process.exit(2);
  }
}
