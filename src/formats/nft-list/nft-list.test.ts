import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes, fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { nftList } from "./nft-list.ts";

fixtureChecks(nftList, import.meta.dirname);

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");

describe("nft list ruleset", () => {
  it("sees kube-proxy's nftables mode", () => {
    const reading = read(fixture("nft-1.0.6-kube-proxy.txt"));
    expect(reading.snapshot.otherDataplane?.name).toBe("kube-proxy's nftables mode");
    expect(codes(reading)).toEqual(["nft-list/not-modelled"]);
  });
  it("trusts no table of iptables-nft", () => {
    const reading = read(fixture("nft-1.0.6-iptables.txt"));
    expect(reading.snapshot.otherDataplane).toBeUndefined();
    expect(reading.snapshot.iptables.size).toBe(0);
    expect(codes(reading)).toEqual(["nft-list/iptables-nft"]);
  });
  it("ends where iptables-save begins", () => {
    const text = `${fixture("nft-1.0.6-iptables.txt")}*nat\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n`;
    expect(formatsOf(read(text))).toEqual(["nft-list", "iptables-save"]);
  });
});
