import { describe, expect, it } from "vitest";
import { sourceText } from "../base/source.ts";
import { toEnd } from "../base/steps.ts";
import { readingOf, readTextSteps } from "./read.ts";
import type { Reading } from "./reading.ts";
import { contentOf } from "./testing/content.ts";
import { fixtures } from "./testing/fixtures.ts";
import { badSpans, read } from "./testing/format-checks.ts";

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

/** Pairs of which the second means something else below the first, and why. */
const otherMeaning: readonly (readonly [first: RegExp, second: RegExp, why: string])[] = [
  [/^iptables-save\/seed/, /^iptables-save\/.*-S-/, "a table without COMMIT goes on, and -P and -N may stand in it"],
  [
    /^iptables-commands\//,
    /^iptables-commands\//,
    "commands act one after the other: what is added twice is there twice",
  ],
  [
    /^kube-proxy-flags\/ps/,
    /^kube-proxy-flags\/systemd/,
    "the second of two processes is most often the shell around the first",
  ],
  [/^kube-proxy-flags\/systemd/, /^kube-proxy-flags\/ps/, "the same the other way around"],
  [
    /^tcpdump\/incident/,
    /^tcpdump\/(?:kinds|tcpdump-4.99.txt)/,
    "packets without a head are of the capture above, unless its time is over",
  ],
];

const isSetAside = (reading: Reading): boolean => reading.diagnostics.some((d) => d.code === "paste/other-host");

describe("two dumps in one text", () => {
  const readings = (id: string) => fixtures.map(({ text }) => toEnd(readTextSteps(sourceText(id, id, text))));
  const firsts = readings("a");
  const seconds = readings("b");
  it.each(fixtures.map((one, i) => [one.name, i] as const))("%s and each other say what they say apart", (_, i) => {
    const a = fixtures[i];
    const first = firsts[i];
    if (!a || !first) throw new Error("no fixture");
    const wrong: string[] = [];
    const expected: string[] = [];
    for (const [j, b] of fixtures.entries()) {
      const second = seconds[j];
      if (!second) continue;
      const apart = readingOf([first, second]);
      const together = read(a.text + b.text);
      expect(badSpans(together)).toEqual([]);
      const other =
        otherMeaning.some(([one, two]) => one.test(a.name) && two.test(b.name)) ||
        // dumps of two hosts: apart, one is set aside; in one list nothing tells where the second begins
        (a.id === b.id && isSetAside(apart) && !isSetAside(together));
      if (other) expected.push(b.name);
      if (contentOf(together) !== contentOf(apart)) wrong.push(b.name);
    }
    expect(wrong).toEqual(expected);
  });
});
