import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lineCount, lineText, sourceText } from "../base/source.ts";
import { readNode, readNodeSteps } from "./read.ts";
import { badSpans, codes, covered, formatsOf, plain, read } from "./testing/format-checks.ts";

const report = readFileSync(join(import.meta.dirname, "fixtures/incident-report.zh.md"), "utf8");

/** Lines that are neither blank nor fence nor ruler, in no segment, and under no diagnostic. */
function lost(text: string): string[] {
  const reading = read(text);
  const [source] = reading.snapshot.sources.values();
  if (!source) return [];
  const list: string[] = [];
  for (let n = 1; n <= lineCount(source); n++) {
    const line = lineText(source, n).replace(/^[\ufeff>\s]+/, "");
    if (line.trim() === "" || /^(?:```|~~~|(?:[=_*-]{3,}|\{:[^}]*\})\s*$)/.test(line)) continue;
    const from = source.lineStarts[n - 1] ?? 0;
    const inside = reading.segments.some((s) => s.lines[0] <= n && n <= s.lines[1]);
    if (!inside && !reading.diagnostics.some((d) => d.at.from <= from && d.at.to > from)) list.push(line);
  }
  return list;
}

describe("a whole report in one paste", () => {
  const reading = read(report);
  it("is found piece by piece", () => {
    expect(reading.segments.map((s) => `${s.format} ${s.lines.join("–")}`)).toEqual([
      "kubectl-get 25–27",
      "tcpdump 44–50",
      "tcpdump 60–67",
      "ip-addr 79–81",
      "ipvsadm-save 87–90",
      "iptables-commands 109–109",
      "iptables-save 131–143",
      "iptables-save 149–161",
      "iptables-save 167–169",
      "netfilter-log 193–199",
    ]);
  });
  it("loses no line", () => expect(lost(report)).toEqual([]));
  it("says of prose only that it is there", () => {
    const prose = reading.diagnostics.filter((d) => d.code === "paste/unrecognised");
    expect(prose.length).toBeLessThan(12);
    expect(new Set(prose.map((d) => d.severity))).toEqual(new Set(["info"]));
  });
  it("keeps the first of two nat tables and names both", () => {
    const [clash, ...more] = reading.diagnostics.filter((d) => d.code === "paste/second-node");
    expect(more).toEqual([]);
    expect(clash?.message.en).toBe(
      "Table nat is here twice and differs: lines 131–143 and lines 149–161. The first is used.",
    );
    expect(clash?.message["zh-CN"]).toContain("第 149–161 行");
    expect(clash && covered(reading, clash.at)).toMatch(/^\*nat\n-A PREROUTING[\s\S]+-j KUBE-MARK-MASQ$/);
    const nat = reading.snapshot.iptables.get(4)?.tables.get("nat");
    expect([...(nat?.chains.keys() ?? [])]).not.toContain("DOCKER");
  });
  it("puts the pieces together", () => {
    expect(reading.snapshot.captures.map((p) => p.iface)).toEqual(new Array(9).fill("eth0"));
    expect(reading.snapshot.logs).toHaveLength(7);
    expect(reading.snapshot.links).toMatchObject({ coverage: "partial", list: [{ name: "kube-ipvs0" }] });
    expect(reading.snapshot.ipvs.servers).toMatchObject([{ realServers: [{}, {}, {}] }]);
    expect(badSpans(reading)).toEqual([]);
  });
});

const dump = "-A -t 192.0.2.1:443 -s rr\n-a -t 192.0.2.1:443 -r 198.51.100.7:6443 -m -w 1\n";
const links = "2: eth0: <UP> mtu 1500\n    inet 198.51.100.7/24 scope global eth0\n";

describe("noise around a dump", () => {
  const each = (front: string) => dump.replace(/^(?=.)/gm, front);
  const cases: [name: string, text: string][] = [
    ["nothing", dump],
    ["CRLF", dump.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${dump}`],
    ["a fence", `\`\`\`text\n${dump}\`\`\`\n`],
    ["a tilde fence", `~~~\n${dump}~~~\n`],
    ["quote marks", each("> ")],
    ["nested quote marks", each(">   > ")],
    ["an indent", each("    ")],
    ["a tab", each("\t")],
    ["colours inside tokens", dump.replaceAll("192.0.2.1", "\u001b[01;31m\u001b[K192.0.2\u001b[m\u001b[K.1")],
    ["blanks of a page", dump.replaceAll(" ", "\u00a0")],
    ["CRI stamps", each("2026-11-22T19:38:09.593012345Z stdout F ")],
    ["klog stamps", each("I1122 19:38:09.593012       1 proxier.go:123] ")],
    [
      "CRI and klog stamps",
      each("2026-11-22T19:38:09.593012345Z stderr F I1122 19:38:09.593012       1 proxier.go:123] "),
    ],
    ["syslog stamps", each("Nov 22 19:38:09 n1 kube-proxy[812]: ")],
    ["RFC 3339 stamps", each("2026-11-22T19:38:09.593Z ")],
    ["stamps of a pipeline", each("[2026-11-22 19:38:09] ")],
    [
      "line numbers of grep",
      dump
        .split("\n")
        .map((l, i) => (l ? `${i + 8}:${l}` : l))
        .join("\n"),
    ],
    ["a prompt", `[root@n1 ~]# ipvsadm -Sn\n${dump}[root@n1 ~]# \n`],
    ["no line end at the end", dump.trimEnd()],
  ];
  it.each(cases)("%s", (_name, text) => {
    const reading = read(text);
    expect(formatsOf(reading)).toEqual(["ipvsadm-save"]);
    expect(plain(reading.snapshot)).toEqual(plain(read(dump).snapshot));
    expect(badSpans(reading)).toEqual([]);
    expect(lost(text)).toEqual([]);
  });

  it("goes on after a damaged line, and trusts nothing to be absent", () => {
    const text = dump.replace("\n", "\nad KUBE what is this\n");
    expect(formatsOf(read(text))).toEqual(["ipvsadm-save"]);
    expect(read(text).snapshot.ipvs).toMatchObject({ coverage: "partial", servers: [{ realServers: [{}] }] });
    expect(lost(text)).toEqual([]);
  });

  it("points into the pasted text past stamps", () => {
    const reading = read(each("I1122 19:38:09.593012       1 proxier.go:123] "));
    const at = reading.snapshot.ipvs.servers[0]?.at;
    expect(at && covered(reading, at)).toBe("-A -t 192.0.2.1:443 -s rr");
  });

  it("gives a prompt's command to the output it fits, and to no other", () => {
    const reading = read(`$ ipvsadm -Sn | grep 443\n${dump}${links}`);
    expect(reading.segments.map((s) => [s.format, s.command, s.coverage])).toEqual([
      ["ipvsadm-save", "ipvsadm -Sn", "partial"],
      ["ip-addr", undefined, "partial"],
    ]);
  });
});

describe("what is not understood", () => {
  it("says once that a text is empty", () => {
    for (const text of ["", "\n", "  \n\t\r\n"]) expect(codes(read(text))).toEqual(["paste/empty"]);
  });
  const binary: [name: string, bytes: Uint8Array][] = [
    [
      "a capture file",
      Uint8Array.from([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]),
    ],
    ["noise", Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)],
  ];
  it.each(binary)("tells that %s is no text", (_name, bytes) => expect(codes(read(bytes))).toEqual(["paste/binary"]));
  it("reads text that holds a few NULs", () =>
    expect(formatsOf(read("kube-proxy\0--cluster-cidr=10.0.0.0/8\0"))).toEqual(["kube-proxy-flags"]));

  it("merges prose into one entry for each run", () => {
    const prose = "lorem ipsum\n\ndolor sit\n";
    expect(codes(read(`${prose}${dump}${prose}`))).toEqual(["paste/unrecognised", "paste/unrecognised"]);
  });
  it("covers everything even where there are very many runs", () => {
    const text = `lorem ipsum\ndolor\nsit\n${dump}\n`.repeat(200);
    const reading = read(text);
    expect(reading.diagnostics.length).toBeLessThan(120);
    expect(lost(text)).toEqual([]);
  });
  it("merges what one segment repeats", () => {
    const text = `create S hash:ip family inet\n${"add T 192.0.2.1\n".repeat(5000)}`;
    const reading = read(text);
    expect(reading.diagnostics.length).toBeLessThan(110);
    expect(reading.diagnostics.at(-1)?.message.en).toContain("4900 times");
  });
  it("says that a line is too long", () => {
    const reading = read(`${"x".repeat(1_100_000)}\n${dump}`);
    expect(codes(reading)).toHaveLength(1);
    expect(codes(reading)[0]).toMatch(/^paste\/.*long/);
    expect(formatsOf(reading)).toEqual(["ipvsadm-save"]);
  });
});

describe("two nodes in one paste", () => {
  const nat = (rule: string) =>
    `*nat\n:PREROUTING ACCEPT [1:2]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${rule}\nCOMMIT\n`;
  const a = nat("-A OUTPUT -d 192.0.2.1/32 -j ACCEPT");
  const b = nat("-A OUTPUT -d 192.0.2.2/32 -j ACCEPT");
  const rules = (text: string) =>
    read(text).snapshot.iptables.get(4)?.tables.get("nat")?.chains.get("OUTPUT")?.rules.length;

  const cases: [name: string, text: string, second: number][] = [
    ["two tables behind each other", a + b, 1],
    ["two tables in two fences", `\`\`\`\n${a}\`\`\`\nlorem\n\`\`\`\n${b}\`\`\`\n`, 1],
    ["the same table twice", a + a, 0],
    ["the same table with other counters", a + a.replace("[1:2]", "[9:9]"), 0],
    ["two families", `${a}${a.replace("192.0.2.1/32", "2001:db8::1/128")}`, 0],
    ["two devices of one name", `${links}\`\`\`\n${links.replace("2: ", "3: ")}`, 1],
    ["a device in two pieces", `${links}\`\`\`\n${links.replace("100.7", "100.8")}`, 0],
    ["two default routes", "default via 192.0.2.1 dev eth0 \n```\ndefault via 192.0.2.2 dev eth0 \n", 1],
    ["one virtual server with other real servers", `${dump}\`\`\`\n${dump.replace("100.7", "100.8")}`, 1],
  ];
  it.each(cases)("%s", (_name, text, second) => {
    expect(codes(read(text)).filter((c) => c === "paste/second-node")).toHaveLength(second);
  });
  it("uses the first", () => expect(rules(a + b)).toBe(1));
  it("names the pastes where there are two", () => {
    const reading = readNode([sourceText("a", "paste 1", a), sourceText("b", "paste 2", b)]);
    expect(reading.diagnostics.find((d) => d.code === "paste/second-node")?.message.en).toContain(
      "lines 1–6 of paste 1 and lines 1–6 of paste 2",
    );
  });
});

describe("progress", () => {
  it("is told often and rises", () => {
    const text = dump.repeat(20_000);
    let last = 0;
    let n = 0;
    for (const step of readNodeSteps([sourceText("s", "s", text)])) {
      expect(step.done).toBeGreaterThanOrEqual(last);
      expect(step.total).toBe(text.length);
      last = step.done;
      n++;
    }
    expect(n).toBeGreaterThan(10);
  });
});
