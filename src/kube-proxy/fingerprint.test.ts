import { describe, expect, it } from "vitest";
import { dumpsOfIptables } from "../diagnose/testing/iptables-node.ts";
import { dumpsOf, node } from "../diagnose/testing/ipvs-node.ts";
import { fingerprint, writesFallback } from "./fingerprint.ts";
import { nodeFrom } from "./testing/node.ts";
import { isBefore, rangeText, type VersionRange, version } from "./version.ts";

const has = (range: VersionRange, minor: number): boolean =>
  !(range.atLeast && isBefore(version(minor, 99), range.atLeast)) &&
  !(range.below && !isBefore(version(minor), range.below));

const of = (minor: number, detector = "10.244.0.0/16") =>
  fingerprint(nodeFrom(...dumpsOf({ ...node, minor, detector }).map((d) => d.content)));

describe("which kube-proxy wrote a dump", () => {
  it.each([9, 10, 11, 12, 13, 15, 16, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 30, 33, 36])(
    "1.%i in ipvs mode lies in the range it gives, without contradiction",
    (minor) => {
      const print = of(minor);
      expect(print.mode).toBe("ipvs");
      expect(has(print.range, minor), rangeText(print.range).en).toBe(true);
      expect(print.contradictions).toEqual([]);
    },
  );

  it.each([
    [9, "1.9 to 1.10"],
    [11, "1.11"],
    [13, "1.13 to 1.14"],
    [21, "1.21 to 1.24"],
    [25, "1.25 or later"],
    [28, "1.28 or later"],
    [30, "1.30 or later"],
  ])("1.%i in ipvs mode is %s", (minor, text) => {
    expect(rangeText(of(minor).range).en).toBe(text);
  });

  it.each([10, 14, 16, 18, 20, 21, 22, 24, 28])("1.%i in iptables mode lies in the range it gives", (minor) => {
    const print = fingerprint(
      nodeFrom(...dumpsOfIptables({ ...node, minor, detector: "10.244.0.0/16" }).map((d) => d.content)),
    );
    expect(print.mode).toBe("iptables");
    expect(has(print.range, minor), rangeText(print.range).en).toBe(true);
    expect(print.contradictions).toEqual([]);
  });

  it("says who writes the fallback rule", () => {
    expect(writesFallback(of(9, "none"))).toBe("no");
    expect(writesFallback(of(10, "none"))).toBe("no");
    expect(writesFallback(of(12, "none"))).toBe("yes");
    expect(writesFallback(of(30, "none"))).toBe("yes");
    const formsOnly = dumpsOf({ ...node, minor: 12, detector: "none", prints: ["nat", "ipvs"] }).map((d) =>
      d.content.replace(/^.*src,dst.*\n/m, ""),
    );
    expect(writesFallback(fingerprint(nodeFrom(...formsOnly)))).toBe("unsure");
  });

  it("reports rules of two versions side by side rather than averaging them", () => {
    const [save = ""] = dumpsOf({ ...node, minor: 9, detector: "10.244.0.0/16" }).map((d) => d.content);
    const mixed = save
      .replace("COMMIT\n", "COMMIT\n")
      .replace(
        /(-A KUBE-SERVICES)/,
        '-A KUBE-SERVICES -m comment --comment "x" -m set --match-set KUBE-EXTERNAL-IP dst,dst -j KUBE-MARK-MASQ\n$1',
      );
    expect(fingerprint(nodeFrom(mixed)).contradictions.length).toBeGreaterThan(0);
  });

  it("takes KUBE-SERVICES alone for iptables mode where it jumps to chains of single Services", () => {
    const chain = [
      "-N KUBE-SERVICES",
      '-A KUBE-SERVICES ! -s 10.244.0.0/16 -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-MARK-MASQ',
      '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y',
    ];
    const modesOf = (lines: readonly string[]) =>
      fingerprint(nodeFrom(`${lines.join("\n")}\n`)).modes.map((m) => m.mode);
    expect(modesOf(chain)).toEqual(["iptables"]);
    // 1.8 in IPVS mode marks, and leaves the rest to its virtual servers
    expect(modesOf(chain.slice(0, 2))).toEqual(["ipvs"]);
  });

  it("sees leftovers of another mode, and the live one first", () => {
    const leftovers = "*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SVC-AAAA - [0:0]\n-A KUBE-SVC-AAAA -j RETURN\nCOMMIT\n";
    const print = fingerprint(
      nodeFrom(leftovers, "-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 192.168.5.10:6443 -m -w 1\n"),
    );
    expect(print.mode).toBe("ipvs");
    expect(print.modes.map((m) => m.mode).sort()).toEqual(["iptables", "ipvs"]);
  });
});
