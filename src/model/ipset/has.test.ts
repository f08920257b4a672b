import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readScene } from "../netfilter/testing/packet-text.ts";
import { type Direction, setHas } from "./has.ts";
import type { IpSet, SetEntry } from "./set.ts";
import { setTypes } from "./types/index.ts";

const at = { source: "set", from: 0, to: 1 };

/** `10.1.0.0/16:nomatch`, `10.0.0.0/8,cali:wildcard`, else the element alone. */
const entry = (word: string): SetEntry => {
  const [, text = word, extensions = ""] = /^(.*):(nomatch|wildcard)$/.exec(word) ?? [];
  return { text, nomatch: extensions === "nomatch", extensions, at };
};

const set = (type: string, entries: readonly string[], more: Partial<IpSet> = {}): IpSet => ({
  name: type,
  type,
  family: 4,
  options: "",
  entries: entries.map(entry),
  whole: true,
  at,
  ...more,
});

const file = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "has.cases.txt"), "utf8");

interface Row {
  readonly title: string;
  readonly set: IpSet;
  readonly dims: readonly Direction[];
  readonly packet: string;
  readonly expected: string;
}

function rowsOf(text: string): readonly Row[] {
  const rows: Row[] = [];
  let current: IpSet | undefined;
  for (const [i, line] of text.split("\n").entries()) {
    const head = /^== (\S+)(.*?) :(.*)$/.exec(line);
    if (head) {
      const options = (head[2] ?? "").trim();
      const entries = (head[3] ?? "").split(" ").filter((word) => word !== "");
      current = set(head[1] ?? "", entries, {
        family: / 6$/.test(` ${options}`) ? 6 : 4,
        options,
        whole: options !== "partial",
      });
    } else if (current && line !== "" && !line.startsWith("#")) {
      const [dims = "", packet = "", expected = ""] = line.split(" ; ").map((part) => part.trim());
      rows.push({
        title: `${i + 1} ${current.type} ${dims} ${packet}`,
        set: current,
        dims: dims.split(",") as Direction[],
        packet,
        expected,
      });
    }
  }
  return rows;
}

describe("membership", () => {
  const rows = rowsOf(file);
  it.each(rows.map((row) => [row.title, row] as const))("%s", (_, row) =>
    expect(setHas(row.set, row.dims, readScene(row.packet).packet)).toBe(row.expected),
  );
  it("is tried for every type", () => {
    const tried = new Set(rows.map((row) => row.set.type));
    expect([...setTypes.keys()].filter((type) => !tried.has(type))).toEqual([]);
  });

  it("of a list of sets is that of its members", () => {
    const members = new Map([
      ["a", set("hash:ip", ["10.0.0.1"])],
      ["b", set("hash:ip,port", ["10.0.0.9,tcp:80"])],
    ]);
    const find = (name: string): IpSet | undefined => members.get(name);
    const { packet } = readScene("tcp 10.0.0.1:4 > 10.0.0.9:80");
    expect(setHas(set("list:set", ["a"]), ["src"], packet, find)).toBe("yes");
    expect(setHas(set("list:set", ["b"]), ["dst"], packet, find)).toBe("no");
    expect(setHas(set("list:set", ["b"]), ["dst", "dst"], packet, find)).toBe("yes");
    expect(setHas(set("list:set", ["b", "missing"]), ["src", "src"], packet, find)).toBe("unknown");
    expect(setHas(set("list:set", ["missing", "a"]), ["src"], packet, find)).toBe("yes");
    expect(setHas(set("list:set", [], { whole: false }), ["src"], packet, find)).toBe("unknown");
  });

  it("in a set of 100,000 entries is answered at once after the first time", () => {
    const big = set(
      "hash:ip,port",
      Array.from({ length: 100000 }, (_, i) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255},tcp:80`),
    );
    const { packet } = readScene("tcp 10.9.9.9:4 > 10.1.77.5:80");
    const symbolic = readScene("tcp 10.9.9.9:4 > ?10.1.0.0/30:80").packet;
    expect(setHas(big, ["dst", "dst"], packet)).toBe("yes");
    expect(setHas(big, ["dst", "dst"], symbolic)).toBe("unknown");
    const start = performance.now();
    for (let i = 0; i < 10000; i++) setHas(big, ["dst", "dst"], i % 2 === 0 ? packet : symbolic);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
