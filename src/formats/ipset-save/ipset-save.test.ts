import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, read } from "../testing/format-checks.ts";
import { ipsetSave } from "./ipset-save.ts";

fixtureChecks(ipsetSave, import.meta.dirname);

const setsOf = (text: string) =>
  [...read(text).snapshot.sets.byName.values()].map((s) => ({ ...s, entries: [...s.entries] }));
const set = (text: string) => setsOf(text)[0];

describe("ipset save", () => {
  it("reads a set with its entries and their extensions", () => {
    const found = set(
      'create S hash:net family inet6 hashsize 1024 timeout 0 comment\nadd S 2001:db8::/32 timeout 0 nomatch comment "it\'s"\n',
    );
    expect(found).toMatchObject({ name: "S", type: "hash:net", family: 6, whole: true });
    expect(found?.entries).toMatchObject([
      { text: "2001:db8::/32", nomatch: true, extensions: 'timeout 0 nomatch comment "it\'s"' },
    ]);
  });
  it("knows an empty set to be empty", () => {
    expect(set("create S bitmap:port range 0-65535\n")).toMatchObject({ entries: [], whole: true });
  });
  it("does not when lines were filtered", () => {
    expect(set("$ ipset save | grep KUBE\ncreate S bitmap:port range 0-65535\n")?.whole).toBe(false);
  });
  it("names an entry without its set", () => {
    expect(codes(read("$ ipset save\nadd S 192.0.2.1,tcp:443\n"))).toEqual(["ipset-save/set-not-created"]);
  });
  it("warns where two nodes' sets differ", () => {
    const text = "create S hash:ip family inet\nadd S 192.0.2.1\n";
    expect(codes(read(`${text}\`\`\`\n${text}`))).toEqual([]);
    expect(codes(read(`${text}\`\`\`\n${text}add S 192.0.2.2\n`))).toEqual(["paste/second-node"]);
  });

  it.each([
    ["create S hash:ip,port family inet\nadd S 192.0.2.1,tc\n", ["ipset-save/bad-element"]],
    ["create S hash:ip,port family inet\nadd S 192.0.2.1\n", ["ipset-save/bad-element"]],
    ["create S hash:ip family inet\nadd S 2001:db8::1\n", ["ipset-save/bad-element"]],
    ["create S hash:net family inet\nadd S 192.0.2.0/33\n", ["ipset-save/bad-element"]],
    ["create S bitmap:port range 0-65535\nadd S http\n", ["ipset-save/bad-element"]],
    ["create S hash:ip family inet netmask 24\nadd S 192.0.2.0\nadd S 192.0.3.0/24\n", []],
    ["create S hash:mac\nadd S 02:42:AC:11:00:02\n", []],
    ["create S hash:net,iface family inet\nadd S 192.0.2.0/24,physdev:eth1\n", []],
    ["create S hash:ip,port family inet\nadd S 192.0.2.1,icmp:echo-request\n", []],
  ])("checks elements against the type: %j", (text, expected) => {
    expect(codes(read(text))).toEqual(expected);
    expect(set(text)?.whole).toBe(expected.length === 0);
  });

  it("reads names with blanks", () => {
    expect(set("create has space hash:ip family inet\nadd has space 192.0.2.1 timeout 5\n")).toMatchObject({
      name: "has space",
      entries: [{ text: "192.0.2.1", extensions: "timeout 5" }],
    });
  });

  it("says nothing of other sets where one was asked for", () => {
    const { sets } = read("$ ipset save S\ncreate S hash:ip family inet\n").snapshot;
    expect(sets.coverage).toBe("partial");
    expect(sets.byName.get("S")?.whole).toBe(true);
  });

  it("reads names of sets with blanks as elements of sets of sets", () => {
    const text =
      'create has space hash:ip\ncreate has hash:ip\nadd has space 192.0.2.1\nadd has 192.0.2.2\ncreate L list:set size 8 comment\nadd L has space comment "x y"\n';
    expect(setsOf(text).map((s) => [s.name, s.entries.map((e) => e.text)])).toEqual([
      ["has space", ["192.0.2.1"]],
      ["has", ["192.0.2.2"]],
      ["L", ["has space"]],
    ]);
  });

  const commands: [name: string, text: string, entries: Record<string, string[]>][] = [
    ["-exist", "create S hash:ip -exist\nadd S 192.0.2.1 -exist\n", { S: ["192.0.2.1"] }],
    [
      "a shell's",
      "ipset create S hash:ip\nipset -exist add S 192.0.2.1\nipset -A S 192.0.2.2\n",
      { S: ["192.0.2.1", "192.0.2.2"] },
    ],
    ["a prefix of addresses", "create S hash:ip\nadd S 192.0.2.0/30\n", { S: ["192.0.2.0/30"] }],
    ["a range of addresses", "create S hash:net\nadd S 192.0.2.1-192.0.2.9\n", { S: ["192.0.2.1-192.0.2.9"] }],
    ["a range of ports", "create S hash:ip,port\nadd S 192.0.2.1,80-90\n", { S: ["192.0.2.1,80-90"] }],
    [
      "del",
      "create S hash:ip\nadd S 192.0.2.1\nadd S 192.0.2.2\nadd S 192.0.2.3\ndel S 192.0.2.1\ndel S 192.0.2.9\n",
      { S: ["192.0.2.3", "192.0.2.2"] },
    ],
    ["flush", "create S hash:ip\nadd S 192.0.2.1\nflush S\nadd S 192.0.2.2\n", { S: ["192.0.2.2"] }],
    [
      "swap and destroy",
      "create S hash:ip\ncreate T hash:ip\nadd T 192.0.2.1\nswap S T\ndestroy T\n",
      { S: ["192.0.2.1"] },
    ],
    ["rename", "create S hash:ip\nadd S 192.0.2.1\nrename S T\n", { T: ["192.0.2.1"] }],
  ];
  it.each(commands)(
    "takes commands (%s) for what they are: what else is in the set stays unknown",
    (_name, text, entries) => {
      const reading = read(text);
      expect(codes(reading)).toEqual(["ipset-save/commands"]);
      expect(reading.snapshot.sets.coverage).toBe("partial");
      const found = setsOf(text);
      expect(Object.fromEntries(found.map((s) => [s.name, s.entries.map((e) => e.text)]))).toEqual(entries);
      expect(found.some((s) => s.whole)).toBe(false);
    },
  );
});
