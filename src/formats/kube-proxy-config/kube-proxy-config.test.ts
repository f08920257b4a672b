import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { printCidr } from "../../model/net/cidr.ts";
import { codes, covered, fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { kubeProxyConfig } from "./kube-proxy-config.ts";

fixtureChecks(kubeProxyConfig, import.meta.dirname);

const text = readFileSync(join(import.meta.dirname, "fixtures/config-1.28.txt"), "utf8");

describe("KubeProxyConfiguration", () => {
  it("reads every setting it knows, with its place", () => {
    const reading = read(text);
    const config = reading.snapshot.kubeProxy;
    expect(config?.clusterCidr?.value.map(printCidr)).toEqual(["10.244.0.0/16", "fd00:244::/56"]);
    expect(plain(config)).toMatchObject({
      whole: true,
      mode: { value: "ipvs", from: "mode" },
      masqueradeAll: { value: true, from: "iptables.masqueradeAll" },
      masqueradeBit: { value: 14 },
      scheduler: { value: "sh" },
      strictArp: { value: true },
      nodePortAddresses: { value: ["198.51.100.0/24"] },
    });
    // empty means the default
    expect(config?.detectLocalMode).toBeUndefined();
    expect(config?.mode && covered(reading, config.mode.at)).toBe('mode: "ipvs"');
  });
  it("knows an empty clusterCIDR to be given empty", () => {
    expect(read(text.replace(/clusterCIDR: .*/, 'clusterCIDR: ""')).snapshot.kubeProxy?.clusterCidr?.value).toEqual([]);
  });
  it("reads configz", () => {
    const json =
      '{"kubeproxyconfig":{"clusterCIDR":"10.244.0.0/16","iptables":{"masqueradeAll":true},"mode":"ipvs"}}\n';
    expect(plain(read(json).snapshot.kubeProxy)).toMatchObject({
      mode: { value: "ipvs" },
      masqueradeAll: { value: true },
    });
  });
  it("reads grepped lines and lost indent, and claims no more", () => {
    const config = read(
      "$ kubectl -n kube-system get cm kube-proxy -o yaml | grep -i cidr\n    clusterCIDR: 10.244.0.0/16\n",
    ).snapshot.kubeProxy;
    expect(config?.clusterCidr?.value.map(printCidr)).toEqual(["10.244.0.0/16"]);
    expect(config?.whole).toBe(false);
  });
  it("reads keys of inner parts whose indent was lost, and claims no more", () => {
    const reading = read(text.replace(/^ +/gm, ""));
    expect(plain(reading.snapshot.kubeProxy)).toMatchObject({
      whole: false,
      mode: { value: "ipvs" },
      masqueradeAll: { value: true },
      strictArp: { value: true },
      scheduler: { value: "sh" },
    });
    expect(codes(reading)).toEqual([]);
  });
  it("warns where two nodes differ", () => {
    expect(codes(read(`${text}\`\`\`\n${text.replace('"ipvs"', '"iptables"')}`))).toEqual(["paste/second-node"]);
  });
  it("says which keys it does not know, and where YAML breaks", () => {
    expect(codes(read(`${text}fooBar: 1\n`))).toEqual(["kube-proxy-config/unknown-setting"]);
    expect(codes(read(text.replace("mode:", "mode: ]")))).toContain("kube-proxy-config/bad-yaml");
    expect(codes(read(`${text}logging:\n  verbosity: 2\nwinkernel:\n  networkName: ""\n`))).toEqual([]);
  });
  it("names a value it cannot read", () => {
    expect(codes(read(text.replace("masqueradeBit: 14", "masqueradeBit: 99")))).toEqual([
      "kube-proxy-config/bad-value",
    ]);
  });
});
