// Runs a program that run-entry.mjs built: `node .ci/launch.cjs natlens ARGS`. What V8 made of its source is kept beside it, which
// spares the next run half of its start.
const { readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");
const { Script } = require("node:vm");

/** @param {string} name */
function launch(name) {
  const program = join(__dirname, "..", "dist-cli", `${name}.cjs`);
  const cache = `${program}.${statSync(program).mtimeMs}.cache`; // of this very build: V8 itself compares only lengths
  const source = `(function (exports, require, module, __filename) {${readFileSync(program, "utf8")}\n})`;
  const script = new Script(source, { filename: program, cachedData: kept(cache) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(program), module, program);
  if (script.cachedDataRejected !== false) process.on("exit", () => keep(cache, script.createCachedData()));
}

/** @param {string} cache */
function kept(cache) {
  try {
    return readFileSync(cache);
  } catch {
    return undefined;
  }
}

/** Only a start is slower where that cannot be written.
 * @param {string} cache
 * @param {Buffer} data
 */
function keep(cache, data) {
  const part = `${cache}.${process.pid}`;
  try {
    writeFileSync(part, data);
    renameSync(part, cache);
  } catch {
    rmSync(part, { force: true });
  }
}

module.exports = { launch };

if (require.main === module) {
  const [name = ""] = process.argv.splice(2, 1);
  launch(name);
}
