import { describe, expect, it } from "vitest";
import { fixtureChecks, read } from "../testing/format-checks.ts";
import { ethtool } from "./ethtool.ts";

fixtureChecks(ethtool, import.meta.dirname);

const features = (text: string): string[] =>
  read(text).snapshot.system.offloads.map((o) => `${o.device ?? "?"} ${o.feature} ${o.on ? "on" : "off"}`);

describe("ethtool -k", () => {
  const cases: [name: string, text: string, found: string[]][] = [
    [
      "whole",
      "Features for vxlan.calico:\ntx-checksumming: on\n\ttx-checksum-ip-generic: on\n\ttx-checksum-sctp: off [fixed]\n",
      [
        "vxlan.calico tx-checksumming on",
        "vxlan.calico tx-checksum-ip-generic on",
        "vxlan.calico tx-checksum-sctp off",
      ],
    ],
    [
      "grepped below its command",
      "$ ethtool -k flannel.1 | grep tx-checksum\ntx-checksumming: off\n\ttx-checksum-ip-generic: off [requested on]\n",
      ["flannel.1 tx-checksumming off", "flannel.1 tx-checksum-ip-generic off"],
    ],
    ["a line alone", "tx-checksum-ip-generic: on\n", ["? tx-checksum-ip-generic on"]],
    [
      "two devices",
      "Features for a0:\nrx-checksumming: on\nFeatures for b0:\nrx-checksumming: off\n",
      ["a0 rx-checksumming on", "b0 rx-checksumming off"],
    ],
  ];
  it.each(cases)("%s", (_name, text, found) => {
    expect(features(text)).toEqual(found);
  });
  it("takes no other switch for a feature", () => {
    expect(features("some-flag: on\nhairpin: off\n")).toEqual([]);
  });
});
