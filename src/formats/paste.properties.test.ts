import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sourceText } from "../base/source.ts";
import { formats } from "./index.ts";
import { readNode } from "./read.ts";
import { contentOf } from "./testing/content.ts";
import { badSpans, read } from "./testing/format-checks.ts";

/** Longer fixtures are looked at by their first lines: what is done to lines does not depend on how many there are. */
const most = 12_000;

const fixtures = formats.flatMap(({ id }) => {
  const folder = join(import.meta.dirname, id, "fixtures");
  return readdirSync(folder)
    .filter((name) => !name.endsWith(".md"))
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const head = text.length > most ? text.slice(0, text.lastIndexOf("\n", most) + 1) : text;
      return { id, name: `${id}/${name}`, text: head.endsWith("\n") ? head : `${head}\n` };
    });
});

const each = (text: string, front: string): string => text.replace(/^(?=.)/gm, front);

/** What people and tools do to a dump as a whole. */
const ways: readonly (readonly [name: string, of: (text: string) => string])[] = [
  ["CRLF", (text) => text.replaceAll("\n", "\r\n")],
  ["a klog stamp", (text) => each(text, "I1122 19:38:09.593012       1 proxier.go:123] ")],
  ["a container's stamp", (text) => each(text, "2026-11-22T19:38:09.593012345Z stdout F ")],
  ["a quote mark", (text) => each(text, "> ")],
  ["a fence", (text) => `\`\`\`\n${text}\`\`\`\n`],
  ["a prompt that shows nothing", (text) => `[root@n1 ~]# \n${text}[root@n1 ~]# \n`],
];

/** A stamp before a line that bears one of its own kind: the fixture's readers take the last, and keep what stands before it as text. */
const unlikely: readonly (readonly [way: string, fixture: RegExp])[] = [
  ["a klog stamp", /^(?:netfilter-log|kube-proxy-log)\//], // the kernel and kube-proxy write stamps themselves
  ["a klog stamp", /^kube-proxy-flags\/systemd/], // a unit file is in no log
];

describe.each(fixtures.map((one) => [one.name, one.text] as const))("%s", (name, text) => {
  const bare = contentOf(read(text));
  const likely = ways.filter(([way]) => !unlikely.some(([one, which]) => one === way && which.test(name)));
  it.each(likely)("means the same with %s", (_way, of) => {
    const reading = read(of(text));
    expect(badSpans(reading)).toEqual([]);
    expect(contentOf(reading)).toBe(bare);
  });
});

describe("two dumps in one text", () => {
  /** All pairs take minutes; NATLENS_ALL_PAIRS=1 looks at them. */
  const step = process.env.NATLENS_ALL_PAIRS ? 1 : 53;
  // Lines of one kind without a head of their own belong to the dump above; a bundle that is cut takes what follows for its own.
  const pairs = fixtures
    .flatMap((a) => fixtures.map((b) => [a, b] as const))
    .filter(([a, b], i) => i % step === 0 && a.id !== b.id && a.id !== "bundle");
  it.each(pairs.map(([a, b]) => [`${a.name} + ${b.name}`, a.text, b.text] as const))(
    "%s: say what they say apart",
    (_, a, b) => {
      const apart = readNode([sourceText("a", "a", a), sourceText("b", "b", b)]);
      const together = read(a.endsWith("\n") ? a + b : `${a}\n${b}`);
      expect(badSpans(together)).toEqual([]);
      expect(contentOf(together)).toBe(contentOf(apart));
    },
  );
});
