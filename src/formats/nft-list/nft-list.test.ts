import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { priorityOf } from "../../model/nftables/priority.ts";
import { codes, covered, fixtureChecks, formatsOf, plain, read } from "../testing/format-checks.ts";
import { nftList } from "./nft-list.ts";

fixtureChecks(nftList, import.meta.dirname);

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");

const sorted = (value: readonly unknown[]): unknown[] => value.map((v) => (Array.isArray(v) ? [...v].sort() : v));

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
  it("keeps tables, chains, sets, maps and rules", () => {
    const { nftables } = read(fixture("kinds-nft-1.0.6.txt")).snapshot;
    expect(nftables.tables.map((t) => [t.family, t.name, t.chains.size, t.sets.size, t.whole, t.comment])).toEqual([
      ["ip", "kube-proxy", 10, 6, true, "rules for kube-proxy"],
      ["inet", "firewalld", 2, 0, true, undefined],
    ]);
    const [proxy, firewalld] = nftables.tables;
    expect(plain(proxy?.sets.get("service-ips"))).toEqual({
      name: "service-ips",
      kind: "map",
      type: "ipv4_addr . inet_proto . inet_service : verdict",
      flags: [],
      comment: "ClusterIP, ExternalIP and LoadBalancer IP traffic",
      whole: true,
      elements: [
        { text: "10.96.0.10 . tcp . 53 : drop" },
        { text: "10.96.0.10 . udp . 53 : drop" },
        { text: "10.96.0.1 . tcp . 443 : goto service-ULMVA6XW-default/kubernetes/tcp/https" },
      ],
    });
    expect(proxy?.sets.get("affinity-5OJB2KTY-a")).toMatchObject({ flags: ["dynamic", "timeout"], whole: false });
    expect(proxy?.sets.get("no-endpoint-services")?.elements.map((e) => e.text)).toEqual([
      '1.2.3.4 . tcp . 80 comment "ns2/svc2:p80" : drop',
    ]);
    expect(proxy?.chains.get("masquerading")?.rules.map((r) => r.text)).toEqual([
      "meta mark & 0x00004000 == 0x00000000 return",
      "meta mark set meta mark ^ 0x00004000",
      "masquerade fully-random",
    ]);
    expect([...(proxy?.chains.values() ?? [])].flatMap((c) => (c.hook ? [c.hook] : []))).toEqual([
      { type: "nat", hook: "prerouting", priority: -100, policy: "accept" },
      { type: "nat", hook: "output", priority: -100, policy: "accept" },
      { type: "nat", hook: "postrouting", priority: 100, policy: "accept" },
      { type: "filter", hook: "input", priority: -110, policy: "accept" },
    ]);
    expect(firewalld?.chains.get("filter_INPUT")).toMatchObject({
      hook: { priority: 10 },
      rules: [{}, {}, { comment: "a { b; c" }, { text: "reject with icmpx admin-prohibited" }],
    });
  });
  it("points at rules and elements", () => {
    const reading = read(fixture("kinds-nft-1.0.6.txt"));
    const [proxy] = reading.snapshot.nftables.tables;
    const rule = proxy?.chains.get("services")?.rules[0];
    expect(rule && covered(reading, rule.at)).toMatch(/ip daddr \. meta l4proto \. th dport vmap @service-ips$/);
    const element = proxy?.sets.get("service-ips")?.elements[1];
    expect(element && covered(reading, element.at)).toBe("10.96.0.10 . udp . 53 : drop");
    expect(proxy && covered(reading, proxy.at)).toMatch(/^table ip kube-proxy \{[\s\S]*\n\}$/);
  });
  it("reads handles, numbers and JSON alike", () => {
    const counts = (name: string) =>
      read(fixture(name)).snapshot.nftables.tables.map((t) => [
        t.name,
        [...t.chains.values()].map((c) => `${c.name} ${c.hook?.priority ?? ""} ${c.rules.length}`),
        [...t.sets.values()].map((s) => `${s.kind} ${s.name} ${s.elements.length} ${s.whole}`),
      ]);
    const plainText = counts("kinds-nft-1.0.6.txt");
    for (const name of ["kinds-a-nft-1.0.6.txt", "kinds-n-nft-1.0.6.txt", "kinds-j-nft-1.0.6.txt"])
      expect(counts(name).map(sorted)).toEqual(plainText.map(sorted));
    const handles = read(fixture("kinds-a-nft-1.0.6.txt")).snapshot.nftables.tables[0]?.chains.get("services")?.rules;
    expect(handles?.every((r) => r.handle !== undefined && !r.text.includes("#"))).toBe(true);
    expect(read(fixture("kinds-j-nft-1.0.6.txt")).snapshot.otherDataplane?.name).toBe("kube-proxy's nftables mode");
  });
  it("does not know elements that -t left out", () => {
    const text = fixture("kinds-nft-1.0.6.txt").replace(/\t\telements = \{[^}]*\}\n/g, "");
    const sets = read(`$ nft -t list ruleset\n${text}`).snapshot.nftables.tables[0]?.sets;
    expect([...(sets?.values() ?? [])].every((s) => !s.whole && s.elements.length === 0)).toBe(true);
  });
  it("is whole only as the ruleset, complete", () => {
    const text = fixture("kinds-nft-1.0.6.txt");
    expect(read(`$ nft list ruleset\n${text}`).snapshot.nftables.coverage).toBe("whole");
    expect(read(`$ nft list table ip kube-proxy\n${text}`).snapshot.nftables.coverage).toBe("partial");
    expect(read(text).snapshot.nftables.coverage).toBe("partial");
    const cut = read(`$ nft list ruleset\n${text.slice(0, text.indexOf("chain masquerading"))}`);
    expect(codes(cut)).toContain("nft-list/cut-off");
    expect(cut.snapshot.nftables).toMatchObject({ coverage: "partial", tables: [{ whole: false }] });
  });
  it("knows tables of iptables-nft without nft's warning, which goes to stderr, and takes nobody else's for them", () => {
    const reading = read(fixture("iptables-without-warning-nft-1.0.6.txt"));
    expect(reading.snapshot.nftables.tables.map((t) => [t.name, t.ofIptables])).toEqual([
      ["raw", true],
      ["nat", true],
      ["filter", true],
    ]);
    expect(codes(reading)).toEqual(["nft-list/iptables-nft"]);
    const own = "table ip filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n";
    expect(codes(read(own))).toEqual(["nft-list/not-modelled"]);
  });
  it("sees no nftables mode in an empty table of kube-proxy", () => {
    expect(read("table ip kube-proxy {\n}\n").snapshot.otherDataplane).toBeUndefined();
    const dormant = fixture("kinds-nft-1.0.6.txt").replace("{\n", "{\n\tflags dormant\n");
    expect(read(dormant).snapshot.otherDataplane).toBeUndefined();
  });
  it("names owners", () => {
    const reading = read("table inet firewalld {\n}\ntable ip cilium {\n}\ntable ip mine {\n}\n");
    expect(reading.diagnostics[0]?.message.en).toMatch(/inet firewalld, ip cilium \(Cilium\), ip mine\./);
  });
  it("reads JSON set over lines, and says of what is no complete JSON", () => {
    const flat = fixture("kinds-j-nft-1.0.6.txt");
    const tables = read(`${JSON.stringify(JSON.parse(flat), null, 2)}\n`);
    expect(codes(tables)).toEqual(["nft-list/not-modelled"]);
    expect(tables.snapshot.nftables.tables).toHaveLength(2);
    expect(codes(read(flat.slice(0, 900)))).toEqual(["nft-list/bad-json"]);
  });
  const priorities: [text: string, family: string, number: number | undefined][] = [
    ["-100", "ip", -100],
    ["dstnat", "ip", -100],
    ["dstnat - 10", "ip", -110],
    ["filter + 10", "inet", 10],
    ["dstnat", "bridge", -300],
    ["security", "ip6", 50],
    ["nowhere", "ip", undefined],
  ];
  it.each(priorities)("priority %s of %s", (text, family, number) => expect(priorityOf(text, family)).toBe(number));
  it("ends where iptables-save begins", () => {
    const text = `${fixture("nft-1.0.6-iptables.txt")}*nat\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n`;
    expect(formatsOf(read(text))).toEqual(["nft-list", "iptables-save"]);
  });
});
