import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/**
 * Who may import whom. A room is a folder of src; a room within another (simulate/conformance) is one of its own. Its own
 * files it may always import. `type X` stands for: the types of room X, none of its values.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ["base"],
  formats: ["base", "model"],
  "formats/round-trip": ["base", "model", "formats"],
  "formats/collector": ["base"],
  "kube-proxy": ["base", "model"],
  simulate: ["base", "model"],
  "simulate/conformance": ["simulate", "model", "base", "formats", "kube-proxy", "analysis"],
  "simulate/kernel": ["simulate", "simulate/conformance", "model", "base", "formats", "kube-proxy"],
  diagnose: ["base", "model", "simulate", "kube-proxy"],
  analysis: ["base", "model", "formats", "simulate", "kube-proxy", "diagnose"],
  "analysis/worker": ["analysis", "base", "model", "formats", "simulate", "kube-proxy", "diagnose", "share"],
  scenarios: ["base", "model", "analysis"],
  share: ["base", "model", "formats", "analysis"],
  learn: ["scenarios", "analysis", "base", "model"],
  "screen/diagram": ["base", "model", "simulate", "diagnose", "screen/texts"],
  "screen/texts": ["base"],
  "screen/state": [
    "base",
    "model",
    "analysis",
    "analysis/worker",
    "share",
    "learn",
    "scenarios",
    "formats/collector",
    "screen/diagram",
    "screen/texts",
  ],
  "screen/ui": ["base", "type model", "type analysis", "learn", "screen/diagram", "screen/state", "screen/texts"],
  docs: ["base", "model", "formats"],
  fuzz: ["base", "formats"],
  cli: [
    "base",
    "model",
    "formats",
    "formats/collector",
    "simulate",
    "diagnose",
    "analysis",
    "share",
    "scenarios",
    "kube-proxy",
  ],
};

/** The files directly in src put everything together. */
const main = "main";

/** Packages that only these rooms may import; every other package is free. */
const packages: readonly { name: RegExp; rooms: readonly string[] }[] = [
  { name: /^(react|react-dom|@xyflow\/react|lucide-react)(\/|$)/, rooms: ["screen/ui", main] },
  { name: /^zustand(\/react(\/.*)?|\/shallow)?$/, rooms: ["screen/ui", main] }, // these parts of zustand import react
  { name: /^node:/, rooms: ["cli", "docs", "fuzz", "simulate/conformance", "simulate/kernel", "formats/round-trip"] }, // the rest runs in a browser
];

/** Rooms that are programs of the tests' kind: what belongs to tests is theirs, too. */
const testPrograms: readonly string[] = ["formats/round-trip"];

/** Imports that break the table, for now: "file imports file", and why. */
const debt: Readonly<Record<string, string>> = {};

interface Import {
  /** What is imported, as written. */
  readonly what: string;
  /** 1-based. */
  readonly line: number;
  readonly typeOnly: boolean;
}

const src = dirname(fileURLToPath(import.meta.url));
const rooms = Object.keys(table).sort((a, b) => b.length - a.length); // the innermost room first

/** Where a file of src belongs, by its path there; undefined for a folder that the table does not know. */
function roomOf(file: string): string | undefined {
  return file.includes("/") ? rooms.find((room) => file.startsWith(`${room}/`)) : main;
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file) || file.includes("/testing/");
}

function importsOf(text: string): Import[] {
  const found: Import[] = [];
  const patterns = [
    // import x, { type Y } from "z"; import type { Y } from "z"
    /^[ \t]*import\s+(?<names>[^"'`;()]*?)\s*\bfrom\s*["'](?<what>[^"']+)["']/gm,
    // export { x } from "z"; export type * from "z"
    /^[ \t]*export\s+(?<names>(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\}))\s*from\s*["'](?<what>[^"']+)["']/gm,
    // import "z"
    /^[ \t]*import\s*["'](?<what>[^"']+)["']/gm,
    // import("z")
    /\bimport\s*\(\s*["'](?<what>[^"']+)["']/g,
  ];
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const { names = "", what = "" } = match.groups ?? {};
      const before = text.slice(0, match.index + match[0].search(/\S/));
      found.push({ what, line: before.split("\n").length, typeOnly: isTypeOnly(names) });
    }
  }
  return found;
}

/** `type { A }`, or braces in which every name is marked: `{ type A, type B }`. */
function isTypeOnly(names: string): boolean {
  if (/^type\b/.test(names)) return true;
  const marked = /^\{(.*)\}$/s
    .exec(names)?.[1]
    ?.split(",")
    .filter((name) => name.trim() !== "");
  return !!marked && marked.every((name) => /^\s*type\s/.test(name));
}

/** What is wrong with an import of this file, or undefined. */
function fault(file: string, { what, typeOnly }: Import): string | undefined {
  const from = roomOf(file);
  if (from === undefined) return undefined; // told once for the folder
  if (!what.startsWith(".")) {
    const limit = packages.find(({ name }) => name.test(what));
    return limit && !limit.rooms.includes(from) ? `only ${limit.rooms.join(", ")} may` : undefined;
  }
  const target = normalize(join(dirname(file), what.replace(/\?.*$/, "")))
    .split(sep)
    .join("/");
  if (target.startsWith("../")) return "that is outside of src";
  if (/\.tsx?$/.test(target) && isTest(target) && !testPrograms.includes(from))
    return "only tests may import what belongs to tests";
  const to = roomOf(target);
  if (to === undefined) return "its folder is not in the table";
  if (from === main || from === to) return undefined;
  const allowed = table[from] ?? [];
  if (allowed.includes(to) || (typeOnly && allowed.includes(`type ${to}`))) return undefined;
  if (allowed.includes(`type ${to}`)) return `${from} may import only types of ${to}`;
  return `${from} may not import ${to}`;
}

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)fixtures\//.test(file))
  .sort();

const faults = files
  .filter((file) => !isTest(file))
  .flatMap((file) =>
    importsOf(readFileSync(join(src, file), "utf8")).flatMap((found) => {
      const why = fault(file, found);
      return why
        ? [{ key: `${file} imports ${found.what}`, at: `src/${file}:${found.line}`, what: found.what, why }]
        : [];
    }),
  );

describe("imports", () => {
  it("every folder is a room of the table", () => {
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it.each([main, ...Object.keys(table)])("%s imports only what it may", (room) => {
    const told = faults
      .filter(({ key, at }) => roomOf(at.slice("src/".length)) === room && !(key in debt))
      .map(({ at, what, why }) => `${at}: imports ${what}, but ${why}`);
    expect(told).toEqual([]);
  });

  it("every room named in the table exists there", () => {
    const named = Object.values(table).flatMap((allowed) => allowed.map((room) => room.replace(/^type /, "")));
    expect(named.filter((room) => !(room in table))).toEqual([]);
  });

  it("no debt is left standing that was paid", () => {
    const owed = new Set(faults.map(({ key }) => key));
    expect(Object.keys(debt).filter((key) => !owed.has(key))).toEqual([]);
  });

  it("finds imports of every form, and tells types from values", () => {
    const text = [
      'import { a } from "./a.ts";',
      "import {",
      "  type B,",
      "  type C,",
      '} from "./b.ts";',
      'import type { D } from "./d.ts";',
      'export * from "./e.ts";',
      'import "./f.css";',
      'const g = await import("./g.ts");',
      'import H, { type I } from "./h.ts?raw";',
      'const note = `import { j } from`; // "./j.ts"',
    ].join("\n");
    const found = importsOf(text).map(({ what, line, typeOnly }) => `${line} ${what}${typeOnly ? " types" : ""}`);
    expect(found.sort()).toEqual(
      ["1 ./a.ts", "2 ./b.ts types", "6 ./d.ts types", "7 ./e.ts", "8 ./f.css", "9 ./g.ts", "10 ./h.ts?raw"].sort(),
    );
  });

  it.each([
    ["base/span.ts", "../model/net/ip.ts", "base may not import model"],
    ["simulate/nat.ts", "./conformance/play.ts", "simulate may not import simulate/conformance"],
    ["model/net/ip.ts", "react", "only screen/ui, main may"],
    [
      "analysis/analyse.ts",
      "node:fs",
      "only cli, docs, fuzz, simulate/conformance, simulate/kernel, formats/round-trip may",
    ],
    ["screen/ui/App.tsx", "../../analysis/analyse.ts", "screen/ui may import only types of analysis"],
    ["cli/main.ts", "../../package.json", "that is outside of src"],
    ["cli/main.ts", "../shoebox/x.ts", "its folder is not in the table"],
    ["cli/main.ts", "./main.test.ts", "only tests may import what belongs to tests"],
  ])("%s importing %s is told", (file, what, why) => {
    expect(fault(file, { what, line: 1, typeOnly: false })).toBe(why);
  });
});
