import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { collectorPaste, collectorScript, collectorVariants } from "./collector.ts";

const file = join(import.meta.dirname, "collect.sh");
const has = (tool: string): boolean => spawnSync(tool, ["--version"]).error === undefined;
const folder = mkdtempSync(join(tmpdir(), "natlens-collector-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Programs that stand in for those which lead to a node: they run here what they were given. */
const programs = {
  sudo: 'exec "$@"',
  ssh: 'echo "host: $1" >&2; shift; exec sh -c "$*"',
  kubectl: 'echo "host: $2" >&2; while [ "$1" != chroot ]; do shift; done; shift 2; exec "$@"',
};

if (!has("shellcheck")) process.stderr.write("shellcheck is not installed: the collector is not checked by it here.\n");

describe("the collector", () => {
  it.skipIf(!has("shellcheck"))("is clean to shellcheck (skipped where it is not installed)", () => {
    const { stdout, status } = spawnSync("shellcheck", ["-s", "sh", file], { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });

  it("is plain ASCII, and runs nothing before all of it has arrived", () => {
    expect(collectorScript).toBe(readFileSync(file, "utf8"));
    expect(collectorScript).toMatch(/^[\t\n -~]*$/);
    const lines = collectorScript.trimEnd().split("\n");
    expect(lines.at(-1)).toBe("main");
    for (const n of [Math.floor(lines.length / 2), lines.length - 1])
      expect(spawnSync("sh", [], { input: `${lines.slice(0, n).join("\n")}\n`, encoding: "utf8" }).stdout).toBe("");
  });

  it.skipIf(process.platform !== "linux").each(collectorVariants.map((v) => [v.id, v] as const))(
    "through %s: both the command and the text to paste give a bundle",
    (id, variant) => {
      const bin = join(folder, `bin-${id}`);
      mkdirSync(bin);
      for (const [name, does] of Object.entries(programs)) {
        writeFileSync(join(bin, name), `#!/bin/sh\n${does}\n`);
        chmodSync(join(bin, name), 0o755);
      }
      for (const text of [variant.command.replaceAll("NODE", "node-1"), collectorPaste(variant)]) {
        const cwd = mkdtempSync(join(folder, `${id}-`));
        writeFileSync(join(cwd, "collect.sh"), collectorScript);
        const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
        const { stdout, stderr, status } = spawnSync("sh", ["-c", text], { cwd, env, encoding: "utf8" });
        expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
        expect(stderr).toBe({ node: "", ssh: "host: node-1\n", "kubectl-debug": "host: node/node-1\n" }[id]);
        const [name = "", ...more] = readdirSync(cwd).filter((f) => f !== "collect.sh");
        expect([name, more]).toEqual([id === "node" ? "bundle.txt" : "node-1.txt", []]);
        const bundle = readFileSync(join(cwd, name), "utf8").trimEnd().split("\n");
        expect(bundle[0]).toBe("=== natlens 1 bundle");
        expect(bundle.at(-1)).toMatch(/^=== natlens 1 bundle-end sections=\d+ failed=/);
      }
    },
    30_000,
  );
});
