import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { matches } from "./matches/index.ts";
import { printRule } from "./print-rule.ts";
import type { Rule } from "./rule.ts";
import { targets } from "./targets/index.ts";
import { type Case, readCases } from "./testing/case-file.ts";
import { effectText } from "./testing/effect-text.ts";
import { readScene } from "./testing/packet-text.ts";
import { readRule } from "./testing/read-rule.ts";

const here = dirname(fileURLToPath(import.meta.url));
const casesIn = (folder: string): readonly Case[] =>
  readdirSync(join(here, folder))
    .filter((name) => name.endsWith(".cases.txt"))
    .flatMap((name) => readCases(`${folder}/${name}`, readFileSync(join(here, folder, name), "utf8")));

/** What is only recognised says so; case files are about the rest. */
const isTrouble = ({ code }: Diagnostic): boolean => !code.endsWith("/not-modelled");

/** Reads `-A X <flag> NAME OPTIONS`; columns of diagnostics are counted from the options, from 1. */
function read(
  flag: "-m" | "-j",
  { name, options, family }: Case,
): { readonly rule: Rule; readonly troubles: readonly string[] } {
  const start = `-A X ${flag} ${name}`;
  const { rule, diagnostics } = readRule(options === "" ? start : `${start} ${options}`, family);
  if (!rule) throw new Error("not a rule");
  return { rule, troubles: diagnostics.filter(isTrouble).map(({ code, at }) => `${code}@${at.from - start.length}`) };
}

function checkSpelling(flag: "-m" | "-j", one: Case & { readonly kind: "spelling" }): void {
  const { rule, troubles } = read(flag, one);
  if (one.expected !== "ok") {
    expect(troubles).toContain(one.expected);
    expect(rule.understood).toBe(false);
    return;
  }
  expect(troubles).toEqual([]);
  const printed = printRule(rule);
  expect(printed).toBe(`-A X ${flag} ${one.name}${one.canonical === "" ? "" : ` ${one.canonical}`}`);
  const again = read(flag, { ...one, options: one.canonical });
  expect(again.rule.matches).toEqual(rule.matches);
  expect(again.rule.target).toEqual(rule.target);
}

const title = (one: Case): string => `${one.file}:${one.line} ${one.name} ${one.options} → ${one.expected}`;

describe("matches", () => {
  const cases = casesIn("matches");
  it.each(cases.map((one) => [title(one), one] as const))("%s", (_, one) => {
    if (one.kind === "spelling") return checkSpelling("-m", one);
    const { rule, troubles } = read("-m", one);
    expect(troubles).toEqual([]);
    const scene = readScene(one.packet);
    expect(matches.get(one.name)?.test?.(rule.matches[0]?.value, scene.packet, scene.context)).toBe(one.expected);
  });

  it("have a spelling each, and a packet each where they are modelled", () => {
    const spelled = new Set(
      cases.filter((one) => one.kind === "spelling" && one.expected === "ok").map((one) => one.name),
    );
    const tried = new Set(cases.filter((one) => one.kind === "behaviour").map((one) => one.name));
    expect([...matches.keys()].filter((name) => !spelled.has(name))).toEqual([]);
    expect([...matches.values()].filter(({ name, test }) => test && !tried.has(name)).map(({ name }) => name)).toEqual(
      [],
    );
  });
});

describe("targets", () => {
  const cases = casesIn("targets");
  it.each(cases.map((one) => [title(one), one] as const))("%s", (_, one) => {
    if (one.kind === "spelling") return checkSpelling("-j", one);
    const { rule, troubles } = read("-j", one);
    expect(troubles).toEqual([]);
    const scene = readScene("tcp 10.0.0.2:40000 > 172.30.0.41:80");
    const effect = targets.get(one.name)?.effect(rule.target?.value, scene.packet);
    expect(effect && effectText(effect)).toBe(one.expected);
  });

  it("have a spelling and an effect each", () => {
    const spelled = new Set(
      cases.filter((one) => one.kind === "spelling" && one.expected === "ok").map((one) => one.name),
    );
    const tried = new Set(cases.filter((one) => one.kind === "behaviour").map((one) => one.name));
    expect([...targets.keys()].filter((name) => !spelled.has(name) || !tried.has(name))).toEqual([]);
  });
});
