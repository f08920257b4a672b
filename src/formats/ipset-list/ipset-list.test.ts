import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, read } from "../testing/format-checks.ts";
import { ipsetList } from "./ipset-list.ts";

fixtureChecks(ipsetList, import.meta.dirname);

const head =
  "Name: S\nType: hash:net\nRevision: 7\nHeader: family inet6 hashsize 1024\nSize in memory: 813\nReferences: 1\n";
const set = (text: string) => {
  const found = read(text).snapshot.sets.byName.get("S");
  return found && { ...found, entries: [...found.entries] };
};

describe("ipset list", () => {
  it("reads members", () => {
    const found = set(
      `${head}Number of entries: 1\nMembers:\n2001:db8::/32 nomatch\n\nName: T\nType: bitmap:port\nMembers:\n30080\n`,
    );
    expect(found).toMatchObject({
      type: "hash:net",
      family: 6,
      whole: true,
      entries: [{ text: "2001:db8::/32", nomatch: true }],
    });
  });
  it("does not know members that -t leaves out", () => {
    expect(set(`${head}Number of entries: 1\n`)).toMatchObject({ whole: false, entries: [] });
  });
  it("does not know members that are fewer than counted", () => {
    expect(set(`${head}Number of entries: 2\nMembers:\n2001:db8::/32\n`)?.whole).toBe(false);
  });
  it("names lines without a set", () => {
    expect(codes(read("Type: hash:net\nMembers:\n"))).toEqual(["ipset-list/set-not-named", "ipset-list/set-not-named"]);
  });

  it.each([
    ["$ ipset list S\nName: S\nType: hash:ip\nHeader: family inet\nMembers:\n", "partial"],
    ["$ ipset list\nName: S\nType: hash:ip\nHeader: family inet\nMembers:\n", "whole"],
    ["$ ipset list -n\nS\nT\n", "partial"],
  ])("knows what %j leaves out", (text, coverage) => {
    expect(read(text).snapshot.sets.coverage).toBe(coverage);
  });

  it("reads what ipset 4 prints, and does not look into it", () => {
    expect(
      set(
        "Name: S\nType: iphash\nReferences: 0\nDefault binding: \nHeader: hashsize: 1024 probes: 8 resize: 50\nMembers:\n192.0.2.1\nBindings:\n",
      ),
    ).toMatchObject({ type: "iphash", entries: [{ text: "192.0.2.1" }] });
  });
  it("reads members that are numbers or MACs", () => {
    expect(set("Name: S\nType: bitmap:port\nHeader: range 0-65535\nMembers:\n80\n30080\n")?.entries).toHaveLength(2);
    expect(set("Name: S\nType: hash:mac\nHeader: hashsize 1024\nMembers:\n02:42:AC:11:00:02\n")).toMatchObject({
      whole: true,
      entries: [{ text: "02:42:AC:11:00:02" }],
    });
  });
});
