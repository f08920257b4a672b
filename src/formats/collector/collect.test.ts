import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { sourceText } from "../../base/source.ts";
import { readNode } from "../read.ts";
import { codes, read } from "../testing/format-checks.ts";
import { collectorScript } from "./collector.ts";
import { collectOn, config, ip6tables, iptables, legacy, sets, whyNot } from "./testing/node.ts";
import { addressesText, routesText, rulesText, setsText } from "./testing/summary.ts";

const reason = whyNot();
if (reason) process.stderr.write(`The collector is not run here: ${reason}.\n`);

const shells = ["dash", "busybox sh", "bash"].filter(
  (shell) => spawnSync("sh", ["-c", `${shell} -c true`]).status === 0,
);
const loaded = readNode([iptables, ip6tables, sets, config].map((text, i) => sourceText(String(i), String(i), text)));
const left = read(legacy);

/** Its own programs are hidden from the node, but not from kube-proxy's container. */
const hidden = ["ipset", "ipvsadm", "iptables-nft-save", "iptables-legacy-save"];

describe.skipIf(reason !== undefined)(`the collector on a node${reason ? `, skipped: ${reason}` : ""}`, () => {
  it.each([...shells.map((shell) => [shell, []] as const), ["sh", hidden] as const])(
    "run by %s, without %j: natlens reads back what was loaded, and nothing was changed",
    (shell, hide) => {
      const { bundle, before, after, stderr } = collectOn(collectorScript, shell, hide);
      expect(stderr).toBe("");
      expect(before).toContain("KUBE-CLUSTER-IP");
      expect(after).toBe(before);

      const reading = read(bundle);
      const { snapshot } = reading;
      for (const family of [4, 6] as const)
        expect(rulesText(snapshot, snapshot.iptables.get(family))).toEqual(
          rulesText(loaded.snapshot, loaded.snapshot.iptables.get(family)),
        );
      const other = snapshot.iptables.get(4)?.other;
      expect(rulesText(snapshot, other)).toEqual(rulesText(left.snapshot, left.snapshot.iptables.get(4)));
      expect([snapshot.iptables.get(4)?.tool?.backend, other?.tool?.backend]).toEqual(["nft", "legacy"]);

      expect(setsText(snapshot)).toEqual(setsText(loaded.snapshot));
      expect(addressesText(snapshot)).toEqual(
        expect.arrayContaining(["eth0 10.19.136.10/24", "kube-ipvs0 10.20.0.1/32", "kube-ipvs0 10.20.0.10/32"]),
      );
      expect(routesText(snapshot)).toEqual(
        expect.arrayContaining([
          "main unicast 0.0.0.0/0 10.19.136.1 eth0",
          "100 unicast 198.51.100.0/24 10.19.136.2 eth0",
          "local local 10.20.0.1/32 - kube-ipvs0",
        ]),
      );
      expect(snapshot.rules.list.filter((r) => r.family !== 6).map((r) => r.priority)).toEqual([0, 1000, 32766, 32767]);
      expect(snapshot.sysctls.get("net.ipv4.ip_forward")?.value).toBe("1");
      expect(snapshot.sysctls.get("net.ipv4.conf.veth0.100.rp_filter")?.value).toBe("2");
      if (before.includes("--ip-src"))
        expect(snapshot.system.ebtables).toMatchObject([
          { chain: "FORWARD", text: expect.stringContaining("--ip-src") },
        ]);
      if (bundle.includes(" $ ss -lntup")) expect(snapshot.system.listeners.coverage).toBe("whole");
      expect(snapshot.kernel?.release).toBe(spawnSync("uname", ["-r"], { encoding: "utf8" }).stdout.trim());
      expect(snapshot.kubeProxy?.mode).toMatchObject({ value: "ipvs" });
      expect(snapshot.kubeProxy?.clusterCidr).toMatchObject({ value: loaded.snapshot.kubeProxy?.clusterCidr?.value });
      expect(snapshot.kubeProxy?.whole).toBe(true);
      expect(snapshot.proxyRun).toMatchObject({ mode: { value: "ipvs" }, version: { value: "v1.28.3" } });

      expect(codes(reading).filter((code) => code.startsWith("paste/"))).toEqual([]);
      expect(reading.diagnostics.filter((d) => d.severity !== "info").map((d) => d.code)).toEqual([
        "iptables-save/two-backends",
      ]);
      expect(reading.segments.find((s) => s.format === "bundle")).toMatchObject({ coverage: "whole" });
    },
    60_000,
  );

  it("says which tools are missing where nobody has them, and goes on", () => {
    const script = collectorScript.replace("  find_proxy\n", "  proxy=\n");
    const { bundle } = collectOn(script, "sh", hidden);
    const reading = read(bundle);
    expect(reading.snapshot.sets.coverage).toBe("absent");
    expect(reading.snapshot.iptables.size).toBe(0);
    expect(addressesText(reading.snapshot)).toContain("kube-ipvs0 10.20.0.1/32");
    // this machine may lack others anyway
    const missing = reading.diagnostics.filter((d) => d.code === "bundle/no-tool").map((d) => d.message.en);
    expect(missing.filter((message) => !/^(?:ethtool|ss) /.test(message))).toEqual(
      ["iptables-save", "ip6tables-save", "ipset"].map((tool) => expect.stringContaining(`${tool} is not installed`)),
    );
  }, 60_000);
});
