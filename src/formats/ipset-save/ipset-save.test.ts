import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, read } from "../testing/format-checks.ts";
import { ipsetSave } from "./ipset-save.ts";

fixtureChecks(ipsetSave, import.meta.dirname);

const set = (text: string) => [...read(text).snapshot.sets.byName.values()][0];

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
});
