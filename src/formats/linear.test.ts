import { expect, it } from "vitest";
import { sourceText } from "../base/source.ts";
import { readNode, readNodeSteps } from "./read.ts";

/** How often any byte of the text is looked at, by itself or to be decoded: counted rather than timed. */
function looks(text: string): number {
  let count = 0;
  const watched = new Proxy(new TextEncoder().encode(text), {
    get(target, key) {
      if (key === "subarray")
        return (from = 0, to = target.length) => {
          count += Math.max(0, to - from);
          return target.subarray(from, to);
        };
      if (typeof key === "string" && key >= "0" && key < ":") count++;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  readNode([sourceText("s", "s", watched)]);
  return count;
}

/** Pieces of work between two yields. */
function pieces(text: string): number {
  let count = 0;
  for (const _ of readNodeSteps([sourceText("s", "s", text)])) count++;
  return count;
}

const lines = (n: number, of: (i: number) => string): string => Array.from({ length: n }, (_, i) => of(i)).join("");
const address = (i: number): string => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
const texts: Readonly<Record<string, (n: number) => string>> = {
  "rules of kube-proxy": (n) =>
    `*nat\n:PREROUTING ACCEPT [0:0]\n${lines(n, (i) => `:KUBE-SEP-${i} - [0:0]\n`)}${lines(
      n,
      (i) =>
        `-A KUBE-SEP-${i} -s ${address(i)}/32 -m comment --comment "ns/svc-${i >> 2}" -j KUBE-SEP-${i + 1}\n-A KUBE-SEP-${i} -p tcp -m tcp -j DNAT --to-destination ${address(i)}:80\n`,
    )}COMMIT\n`,
  "rules with counters, and options that are abbreviated": (n) =>
    `*nat\n${lines(n, (i) => `[${i}:${i * 60}] -A OUTPUT -p tcp --dport ${i % 60_000} -j DNAT --to ${address(i)}\n`)}COMMIT\n`,
  "rules with escapes and other scripts": (n) =>
    `*nat\n${lines(n, (i) => `-A OUTPUT -m comment --comment "\\"${i}\\" 链" -j RETURN\n`)}COMMIT\n`,
  "rules without a table": (n) => lines(n, (i) => `-A FORWARD -s ${address(i)} -j LOG\n`),
  "quoted rules": (n) => `> *filter\n${lines(n, (i) => `> -A FORWARD -s ${address(i)} -j DROP\n`)}> COMMIT\n`,
  "entries of a set": (n) =>
    `create a hash:ip family inet hashsize 1024 maxelem 65536\n${lines(n, (i) => `add a ${address(i)}\n`)}`,
  prose: (n) => lines(n, (i) => `This is sentence ${i} of a long story, which says nothing.\n`),
};

it.each(Object.entries(texts))("%s: twice the text is twice the work", { timeout: 60_000 }, (_name, text) => {
  looks(text(10)); // what is read only once for all texts
  const once = text(400);
  const twice = text(800);
  expect(looks(twice) / looks(once)).toBeLessThan((twice.length / once.length) * 1.1);
  expect(looks(once) / once.length).toBeLessThan(25);
});

it("works in small pieces, however long the text", { timeout: 60_000 }, () => {
  const text = texts["rules of kube-proxy"];
  const once = pieces(text?.(5000) ?? "");
  const twice = pieces(text?.(10_000) ?? "");
  expect(once).toBeGreaterThan(10);
  expect(twice / once).toBeGreaterThan(1.7);
});
