import { describe, expect, it } from "vitest";
import { fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { ciliumStatus } from "./cilium-status.ts";

fixtureChecks(ciliumStatus, import.meta.dirname);

const text = (mode: string) =>
  `$ kubectl -n kube-system exec ds/cilium -- cilium-dbg status\nKVStore:                 Ok   Disabled\nKubeProxyReplacement:    ${mode}   [eth0 192.0.2.7]\nMasquerading:            BPF   [eth0]\n`;

describe("cilium status", () => {
  it.each([
    ["True", "Cilium (eBPF)"],
    ["Strict", "Cilium (eBPF)"],
    ["False", undefined],
    ["Disabled", undefined],
    ["Partial", undefined],
  ])("KubeProxyReplacement: %s", (mode, name) => {
    const reading = read(text(mode));
    expect(formatsOf(reading)).toEqual(["cilium-status"]);
    expect(reading.snapshot.otherDataplane?.name).toBe(name);
  });
});
