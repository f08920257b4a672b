import { describe, expect, it } from "vitest";
import { dumpsOfIptables } from "../diagnose/testing/iptables-node.ts";
import { dumpsOf, node } from "../diagnose/testing/ipvs-node.ts";
import { printCidr } from "../model/net/cidr.ts";
import { type LocalDetector, localDetector } from "./cluster-cidr.ts";
import { fingerprint } from "./fingerprint.ts";
import { masqueradeMark, masqueradePath } from "./masquerade-path.ts";
import { nodeFrom } from "./testing/node.ts";

const shown = (d: LocalDetector): string =>
  d.kind === "cidr" ? printCidr(d.cidr) : d.kind === "interface" ? `-i ${d.pattern}` : d.kind;
const detect = (dumps: readonly { readonly content: string }[]): string => {
  const snapshot = nodeFrom(...dumps.map((d) => d.content));
  return shown(localDetector(snapshot, 4, fingerprint(snapshot)));
};

describe("what the rules say about the cluster CIDR", () => {
  it.each([
    [8, "10.244.0.0/16", "10.244.0.0/16"],
    [9, "10.244.0.0/16", "10.244.0.0/16"],
    [9, "none", "none"],
    [9, "all", "masquerade-all"],
    [12, "none", "from-cluster-ip"],
    [20, "all", "masquerade-all"],
    [26, "-i cni0", "-i cni0"],
    [33, "10.244.0.0/16", "10.244.0.0/16"],
  ])("1.%i in ipvs mode, started with %s: %s", (minor, detector, says) => {
    expect(detect(dumpsOf({ ...node, minor, detector }))).toBe(says);
  });

  it.each([
    [12, "10.244.0.0/16", "10.244.0.0/16"],
    [21, "all", "masquerade-all"],
    [22, "10.244.0.0/16", "10.244.0.0/16"],
    [30, "-i cali+", "-i cali+"],
    [30, "none", "none"],
  ])("1.%i in iptables mode, started with %s: %s", (minor, detector, says) => {
    expect(detect(dumpsOfIptables({ ...node, minor, detector }))).toBe(says);
  });

  it("is unknown where kube-proxy's rules were not pasted", () => {
    expect(detect([{ content: "1: lo: <LOOPBACK,UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n" }])).toBe(
      "unknown",
    );
  });
});

describe("the way of the mark", () => {
  it.each([9, 20])("1.%i: set and tested by the same bit, hooked in three places", (minor) => {
    const snapshot = nodeFrom(...dumpsOf({ ...node, minor, detector: "10.244.0.0/16" }).map((d) => d.content));
    const path = masqueradePath(snapshot, 4);
    expect(path?.marking?.bits).toBe(0x4000);
    expect(path?.masquerading?.bits).toBe(0x4000);
    expect(path?.jumps.map((j) => [j.hook, j.rule !== undefined])).toEqual([
      ["PREROUTING", true],
      ["OUTPUT", true],
      ["POSTROUTING", true],
    ]);
    expect(path?.whole).toBe(true);
    expect(masqueradeMark(snapshot)).toBe(0x4000);
  });

  it("knows another masquerade bit", () => {
    const dumps = dumpsOf({ ...node, minor: 20, detector: "10.244.0.0/16", replacing: [[/0x4000/g, "0x10000"]] });
    expect(masqueradeMark(nodeFrom(...dumps.map((d) => d.content)))).toBe(0x10000);
  });
});
