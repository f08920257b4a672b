import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { printCidr } from "../../model/net/cidr.ts";
import { codes, covered, fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { k3sConfig } from "./k3s-config.ts";

fixtureChecks(k3sConfig, import.meta.dirname);

const text = readFileSync(join(import.meta.dirname, "fixtures/k3s-1.28.txt"), "utf8");

describe("k3s config.yaml", () => {
  it("reads the ranges and what kube-proxy is given, and claims no more", () => {
    const reading = read(text);
    const { cluster, kubeProxy } = reading.snapshot;
    expect(cluster.podRanges.map((r) => printCidr(r.cidr))).toEqual(["10.42.0.0/16"]);
    expect(cluster.serviceRanges.map((r) => printCidr(r.cidr))).toEqual(["10.43.0.0/16"]);
    expect(plain(kubeProxy)).toMatchObject({ whole: false, mode: { value: "ipvs" }, scheduler: { value: "lc" } });
    expect(kubeProxy?.mode && covered(reading, kubeProxy.mode.at)).toBe('"proxy-mode=ipvs"');
  });
  it("says that kube-proxy is off", () => {
    expect(codes(read("cluster-cidr: 10.42.0.0/16\ndisable-kube-proxy: true\n"))).toEqual(["k3s-config/no-kube-proxy"]);
  });
  it("names a value it cannot read, and broken YAML", () => {
    expect(codes(read("kube-proxy-arg:\n- proxy-mode=fast\n"))).toEqual(["kube-proxy-flags/bad-value"]);
    expect(codes(read("cluster-cidr: [10.42.0.0/16\n"))).toContain("k3s-config/bad-yaml");
  });
});
