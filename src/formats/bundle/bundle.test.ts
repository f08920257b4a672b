import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { addressesText, routesText, rulesText, setsText } from "../collector/testing/summary.ts";
import { badSpans, codes, covered, formatsOf, plain, read } from "../testing/format-checks.ts";

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
const node = fixture("ipvs-node.collector-1.txt");

describe("a bundle", () => {
  const reading = read(node);
  const { snapshot } = reading;

  it("gives each section to the format that its command names, and reads the manifest", () => {
    expect(reading.segments.map((s) => `${s.lines.join("-")} ${s.format} ${s.coverage} ${s.command ?? ""}`)).toEqual(
      expect.arrayContaining([
        "1-22 bundle whole ",
        "23-25 uname whole uname -a",
        "37-39 kube-proxy-flags whole cat /proc/18901/cmdline",
        "40-47 kube-proxy-config whole cat /proc/18901/root/var/lib/kube-proxy/config.conf",
        "48-85 ip-addr whole ip -d addr",
        "86-97 ip-route whole ip -4 route show table all",
        "98-102 ip-route partial ip -6 route show table all",
        "103-108 ip-rule whole ip -4 rule",
        "109-112 ip-rule partial ip -6 rule",
        expect.stringContaining("190-301 sysctl partial grep -H . /proc/sys/net/ipv4/conf/*/rp_filter"),
        expect.stringContaining("302-355 sysctl partial grep -H . /proc/sys/net/ipv4/ip_forward"),
        "356-378 iptables-save whole iptables-save -c",
        "379-388 iptables-save whole iptables-legacy-save -c",
        "389-398 iptables-save whole ip6tables-save -c",
        "399-400 iptables-save whole ip6tables-legacy-save -c",
        "401-405 ipset-save whole ipset save",
        "406-407 ipvsadm-save whole ipvsadm -S -n",
        "408-411 conntrack-list partial conntrack -S",
      ]),
    );
    const port = snapshot.links.list.find((link) => link.name === "veth0.100");
    expect(port).toMatchObject({ master: "cni0", hairpin: true });
    expect(snapshot.kernel?.release).toBe("6.18.44");
    expect(snapshot.kubeProxy).toMatchObject({ whole: true, mode: { value: "ipvs" } });
    expect(snapshot.proxyRun?.version?.value).toBe("v1.28.3");
    expect(codes(reading)).toEqual(["bundle/not-used", "iptables-save/two-backends", "bundle/no-module"]);
    expect(reading.diagnostics[0]?.message.en).toContain("bridge fdb show dev flannel.1");
  });

  it("tells absent from unknown: no ip_vs means no virtual server, no legacy IPv6 table means none", () => {
    expect(snapshot.ipvs).toEqual({ coverage: "whole", servers: [], markServers: [] });
    expect(snapshot.iptables.get(6)?.other).toMatchObject({ complete: true, tool: { backend: "legacy" } });
    expect(snapshot.iptables.get(6)?.other?.tables.size).toBe(0);
  });

  it("keeps the rules of both backends, and follows those of kube-proxy", () => {
    const main = snapshot.iptables.get(4);
    expect([main?.tool?.backend, main?.complete, main?.other?.tool?.backend]).toEqual(["nft", true, "legacy"]);
    expect(rulesText(snapshot, main?.other)).toContain("-A FORWARD -s 192.0.2.0/24 -j DROP");
    const swapped = read(node.replace("iptables-save v1.8.9 (nf_tables) on", "iptables-save v1.8.9 on"));
    expect(codes(swapped)).not.toContain("iptables-save/two-backends"); // both are said to be legacy: one of them
  });

  it("of a node whose tools are kube-proxy's says the same", () => {
    const other = read(fixture("tools-in-container.collector-1.txt")).snapshot;
    for (const family of [4, 6] as const)
      expect(rulesText(other, other.iptables.get(family))).toEqual(rulesText(snapshot, snapshot.iptables.get(family)));
    expect(setsText(other)).toEqual(setsText(snapshot));
    expect(addressesText(other)).toEqual(addressesText(snapshot));
    expect(routesText(other)).toEqual(routesText(snapshot));
  });
});

describe("a bundle in a paste", () => {
  const bare = plain(read(node).snapshot);
  it.each<[string, (text: string) => string]>([
    ["with CRLF", (text) => text.replaceAll("\n", "\r\n")],
    ["with a BOM", (text) => `\ufeff${text}`],
    ["as a quote", (text) => text.replace(/^(?=.)/gm, "> ")],
    ["behind stamps", (text) => text.replace(/^/gm, "2026-11-28T12:00:00.000Z stdout F ")],
    ["as a block of Markdown", (text) => `Look:\n\n\`\`\`\n${text}\`\`\`\n`],
    ["below a prompt", (text) => `$ sudo sh collect.sh\n${text}$ exit\n`],
    [
      "below what kubectl says",
      (text) => `Creating debugging pod node-debugger-n1-x7 with container debugger on node n1.\n${text}`,
    ],
  ])("%s means the same", (_, change) => {
    expect(plain(read(change(node)).snapshot)).toEqual(bare);
  });

  it("is read beside other dumps, above and below it", () => {
    const reading = read(`$ ip rule\n0:\tfrom all lookup local\n${node}$ kubectl get svc\nNAME CLUSTER-IP\n`);
    expect(formatsOf(reading).slice(0, 2)).toEqual(["ip-rule", "bundle"]);
    expect(reading.segments.find((s) => s.format === "bundle")?.coverage).toBe("whole");
  });

  it("is known as cut wherever it is cut, and what was cut is not whole", () => {
    const lines = node.split("\n");
    for (let n = 1; n < lines.length - 1; n += 5) {
      const reading = read(`${lines.slice(0, n).join("\n")}\n`);
      expect(badSpans(reading)).toEqual([]);
      expect(codes(reading)).toContain("bundle/cut-off");
      const last = reading.segments.findLast(
        (s) => s.lines[1] === n && !/=== natlens 1 (?:end|fact|bundle)/.test(lines[n - 1] ?? ""),
      );
      if (last && !["uname", "kube-proxy-flags", "kube-proxy-config", "bundle"].includes(last.format))
        expect([last.format, last.coverage]).toEqual([last.format, "partial"]);
    }
  }, 30_000);

  it("cut within a section does not swallow the dump below", () => {
    const head = node.slice(0, node.indexOf("COMMIT"));
    const reading = read(`${head}\n$ ip rule\n0:\tfrom all lookup local\n32766:\tfrom all lookup main\n`);
    expect(formatsOf(reading).at(-1)).toBe("ip-rule");
    expect(reading.snapshot.iptables.get(4)?.complete).toBe(false);
  });

  it("that lost a line says where, and takes that section for a part", () => {
    const reading = read(node.replace(/.*--match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ\n/, ""));
    expect(codes(reading)).toContain("bundle/lines-lost");
    expect(reading.snapshot.iptables.get(4)?.complete).toBe(false);
  });
});

/** A bundle of one section. */
const bundle = (facts: string, sections: string, n = 1): string =>
  `=== natlens 1 bundle\n${facts}${sections}=== natlens 1 bundle-end sections=${n} failed=\n`;
const section = (command: string, body: string, end: string): string =>
  `=== natlens 1 begin 1 $ ${command}\n${body}=== natlens 1 end 1 ${end}\n`;

describe("what went wrong on the node", () => {
  it.each<[string, string, readonly string[]]>([
    ["", section("ipset save", "", "not-run=no-tool:ipset"), ["bundle/no-tool@warning"]],
    ["", section("ethtool -k flannel.1", "", "not-run=no-tool:ethtool"), ["bundle/no-tool@info"]],
    ["", section("chroot /proc/7/root ipset save", "", "status=1 lines=0"), ["bundle/failed@warning"]],
    ["", section("ipvsadm -S -n", "", "not-run=no-module:ip_vs"), ["bundle/no-module@info"]],
    ["", section("ipset save", "", "not-run=unknown-module:ip_set"), ["bundle/unknown-module@warning"]],
    ["", section("ipset save", "", "status=124 lines=0"), ["bundle/timed-out@warning"]],
    ["", section("ip -4 rule", "0:\tfrom all lookup local\n", "status=0 lines=1 more=3"), ["bundle/shortened@info"]],
    ["=== natlens 1 fact user not root: most of this will be missing\n", "", ["bundle/not-root@warning"]],
    [
      "=== natlens 1 fact network-namespace net:[4026532], another than that of process 1, net:[4026531]\n",
      "",
      ["bundle/other-namespace@warning"],
    ],
  ])("%j %j", (facts, sections, expected) => {
    const reading = read(bundle(facts, sections, sections === "" ? 0 : 1));
    const told = reading.diagnostics.filter((d) => d.code.startsWith("bundle/") && d.code !== "bundle/not-used");
    expect(told.map((d) => `${d.code}@${d.severity}`)).toEqual(expected);
    expect(badSpans(reading)).toEqual([]);
  });

  it("is said with the tool's own words", () => {
    const said = "=== natlens 1 error 1 Fatal: can't open lock file\n";
    const reading = read(bundle("", section("iptables-save -c", said, "status=4 lines=0")));
    expect(reading.diagnostics.map((d) => d.message.en)).toEqual([
      '"iptables-save -c" failed with exit status 4: Fatal: can\'t open lock file.',
    ]);
    expect(covered(reading, reading.diagnostics[0]?.at ?? { source: "", from: 0, to: 0 })).toBe(
      "=== natlens 1 end 1 status=4 lines=0",
    );
    expect(reading.snapshot.iptables.size).toBe(0);
  });

  it("a section that failed or was cut short is no proof of absence", () => {
    for (const end of ["status=1 lines=1", "status=0 lines=1 more=7", "status=0 lines=2"]) {
      const body = "create A hash:ip family inet hashsize 1024 maxelem 65536\n";
      const { sets } = read(bundle("", section("ipset save", body, end))).snapshot;
      expect([end, sets.coverage]).toEqual([end, "partial"]);
    }
    expect(read(bundle("", section("ipset save", "", "status=0 lines=0"))).snapshot.sets.coverage).toBe("whole");
    expect(read(bundle("", section("ipset save", "", "status=1 lines=0"))).snapshot.sets.coverage).toBe("absent");
  });

  it("a bundle of a newer collector is read as far as it goes", () => {
    const reading = read(
      bundle("", section("ip -4 rule", "0:\tfrom all lookup local\n", "status=0 lines=1")).replaceAll(
        "natlens 1",
        "natlens 2",
      ),
    );
    expect(codes(reading)).toContain("bundle/newer");
    expect(formatsOf(reading)).toEqual(["bundle", "ip-rule"]);
  });

  it("what a log says is not taken for the node's rules", () => {
    const log =
      "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j DROP\nCOMMIT\n$ ipset save\ncreate A hash:ip family inet\n";
    const reading = read(bundle("", section("tail -n 200 /var/log/pods/kube-proxy/0.log", log, "status=0 lines=6")));
    expect(formatsOf(reading)).toEqual(["bundle"]);
    expect(reading.snapshot.iptables.size).toBe(0);
    expect(reading.snapshot.sets.coverage).toBe("absent");
    expect(codes(reading)).toEqual([]);
  });

  it("what kube-proxy's log says of itself is used", () => {
    const log =
      'I1122 19:38:09.593012       1 server.go:872] "Version info" version="v1.28.3"\nI1122 19:38:09.611090       1 server_others.go:218] "Using ipvs Proxier"\nI1122 19:38:09.7       1 x.go:1] "Something else"\n';
    for (const command of [
      "head -n 100 /var/log/pods/kube-system_kube-proxy-x_1/kube-proxy/0.log | sed -E 's/^[^ ]+ std(out|err) [FP] //' | cut -c 1-1000",
      `crictl logs --tail 200 "$(crictl ps -q --name '^kube-proxy$' | head -n 1)" 2>&1 | cut -c 1-1000`,
      "journalctl -u kube-proxy -b --no-pager -o cat | head -n 100",
    ]) {
      const reading = read(bundle("", section(command, log, "status=0 lines=3")));
      expect(codes(reading)).toEqual([]);
      expect(reading.snapshot.proxyRun).toMatchObject({ mode: { value: "ipvs" }, version: { value: "v1.28.3" } });
    }
  });
});
