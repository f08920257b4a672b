import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { modesOf } from "../../kube-proxy/mode.ts";
import { covered, fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { kubeProxyLog } from "./kube-proxy-log.ts";

fixtureChecks(kubeProxyLog, import.meta.dirname);

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
const run = (text: string) => read(text).snapshot.proxyRun;

describe("kube-proxy's log", () => {
  it("tells the mode it runs in, its version, and what it complains of", () => {
    const reading = read(fixture("kube-proxy-1.9.txt"));
    const found = reading.snapshot.proxyRun;
    expect([found?.mode?.value, found?.version?.value]).toEqual(["iptables", "v1.9.11"]);
    expect(found?.remarks.map((r) => r.about)).toEqual(["fallback", "no-cluster-cidr"]);
    expect(found?.mode && covered(reading, found.mode.at)).toMatch(/Using iptables Proxier\.$/);
  });
  it("reads structured lines", () => {
    const found = run(fixture("kube-proxy-1.28.txt"));
    expect([found?.mode?.value, found?.version?.value]).toEqual(["ipvs", "v1.28.3"]);
    expect(found?.remarks.map((r) => r.about)).toEqual(["local-mode", "no-local-detector", "sync-failed"]);
  });
  const lines: [line: string, mode: string | undefined, remark: string | undefined][] = [
    [
      'W0228 16:48:11.1 1 server_others.go:330] Flag proxy-mode="" unknown, assuming iptables proxy',
      undefined,
      "mode-unknown",
    ],
    [
      'I0228 16:48:11.1 1 server_others.go:330] "Unknown proxy mode, assuming iptables proxy" proxyMode=""',
      undefined,
      "mode-unknown",
    ],
    ['I0228 16:48:11.1 1 server_linux.go:170] "Using nftables Proxier"', "nftables", undefined],
    ["2026-11-22T19:38:09.593Z I0228 16:48:11.1 1 server_others.go:176] Using ipvs Proxier.", "ipvs", undefined],
    [
      "Nov 22 19:38:09 n1 kube-proxy[911]: I0228 16:48:11.1   911 server_others.go:176] Using ipvs Proxier.",
      "ipvs",
      undefined,
    ],
    ['I0228 16:48:11.1 1 x.go:1] "Falling back to iptables proxy"', undefined, "fallback"],
  ];
  it.each(lines)("%s", (line, mode, remark) => {
    const found = run(`${line}\n`);
    expect([found?.mode?.value, found?.remarks[0]?.about]).toEqual([mode, remark]);
  });
  it("takes the last start's mode", () => {
    const start = (mode: string) => `I0228 16:48:11.1 1 server_others.go:176] Using ${mode} Proxier.\n`;
    expect(run(start("ipvs") + start("iptables"))?.mode?.value).toBe("iptables");
  });
  it("reads /proxyMode and --version below their commands only", () => {
    expect(run("$ curl -s 127.0.0.1:10249/proxyMode\nipvs\n")?.mode?.value).toBe("ipvs");
    expect(run("$ curl -s http://localhost:10249/proxyMode\niptables[root@n1 ~]# \n")?.mode?.value).toBe("iptables");
    expect(run("$ kube-proxy --version\nKubernetes v1.28.3\n")?.version?.value).toBe("v1.28.3");
    expect(run("ipvs\n")).toBeUndefined();
    expect(run("$ kubelet --version\nKubernetes v1.28.3\n")).toBeUndefined();
  });
  it("leaves the rules that are logged at -v=5 to iptables-save", () => {
    const rules = ":KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -d 10.96.0.1/32 -j ACCEPT\nCOMMIT\n";
    const forms = [
      `I1122 19:38:09.593012       1 proxier.go:1504] Restoring iptables rules: *filter\n${rules}`,
      `I1122 19:38:09.593012       1 proxier.go:1504] "Restoring iptables" rules=<\n${`*filter\n${rules}`.replace(/^(?=.)/gm, "\t")} >\n`,
    ];
    for (const form of forms) {
      const reading = read(`I1122 19:38:09.593012       1 server_others.go:176] Using iptables Proxier.\n${form}`);
      expect(formatsOf(reading)).toEqual(["kube-proxy-log", "iptables-save"]);
      expect([...(reading.snapshot.iptables.get(4)?.tables.keys() ?? [])]).toEqual(["filter"]);
    }
  });
  it("outranks what was asked for", () => {
    const asked = "kube-proxy --proxy-mode=ipvs --v=2\n```\n";
    const { snapshot } = read(`${asked}I0228 16:48:11.1 1 server_others.go:141] Using iptables Proxier.\n`);
    expect(modesOf(snapshot).map((m) => m.mode)).toEqual(["iptables"]);
  });
});
