import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sourceText } from "../../base/source.ts";
import { printTexts } from "../print.ts";
import { ipsetSavePrinter } from "./print.ts";

const printed = (text: string): string =>
  [...printTexts([sourceText("s", "paste 1", text)], ipsetSavePrinter, () => {})].map((line) => `${line}\n`).join("");
const fixture = (format: string, name: string): string =>
  readFileSync(join(import.meta.dirname, "..", format, "fixtures", name), "utf8");

describe("print --as ipset-save", () => {
  it.each(readdirSync(join(import.meta.dirname, "fixtures")))("gives back %s byte for byte", (name) => {
    const text = fixture("ipset-save", name);
    expect(printed(text)).toBe(text);
  });
  it("makes of a list what save printed of the same sets", () => {
    // recorded one after the other: hashes differ, timeouts run, and a member with a blank in its name is no line of a list
    const order = (text: string): string[] =>
      text
        .replace("add ls has space\n", "")
        .split("\n")
        .map((line) => line.replace(/ timeout [1-9]\d*(?= |$)| initval 0x\w+/g, ""))
        .sort();
    const list = printed(fixture("ipset-list", "all-types.ipset-7.17.txt"));
    const names = [...list.matchAll(/^create (.*?) (?:bitmap|hash|list):/gm)].map((found) => found[1] ?? "");
    const save = fixture("ipset-save", "all-types.ipset-7.17.txt").split("\n");
    const same = save.filter((line) =>
      names.some((name) => line.startsWith(`create ${name} `) || line.startsWith(`add ${name} `)),
    );
    expect(names.length).toBeGreaterThan(9);
    expect(order(list)).toEqual(order(`${same.join("\n")}\n`));
  });

  const cases: [name: string, text: string][] = [
    [
      "hash:net,net",
      "create S hash:net,net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1\nadd S 10.0.0.0/8,192.168.0.0/16 nomatch\n",
    ],
    [
      "hash:net,port,net",
      "create S hash:net,port,net family inet6 hashsize 1024 maxelem 65536\nadd S fd00::/8,tcp:80,::/0\n",
    ],
    [
      "hash:ip,mark",
      "create S hash:ip,mark family inet markmask 0x0000ff00 hashsize 1024 maxelem 65536\nadd S 10.0.0.1,0x00001200\n",
    ],
    ["hash:ip,mac", "create S hash:ip,mac family inet hashsize 1024 maxelem 65536\nadd S 1.2.3.4,00:11:22:33:44:5A\n"],
    ["hash:mac", "create S hash:mac hashsize 1024 maxelem 65536\nadd S 00:11:22:33:44:5A\n"],
    ["ipset 4", "-N S iphash --hashsize 1024 --probes 8 --resize 50\n-A S 192.0.2.1\n"],
    ["words of a later ipset", "create S hash:ip family inet newopt 5\nadd S 10.0.0.1 newext 3\n"],
  ];
  it.each(cases)("keeps %s", (_name, text) => expect(printed(text)).toBe(text));

  it("puts sets of sets last, as the tool does", () => {
    expect(printed("create L list:set size 8\ncreate S hash:ip family inet\nadd L S\n")).toBe(
      "create S hash:ip family inet\ncreate L list:set size 8\nadd L S\n",
    );
  });
});
