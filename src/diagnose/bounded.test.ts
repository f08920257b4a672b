import { describe, expect, it } from "vitest";
import { ask } from "./testing/ask.ts";

/** Chains that jump into each other, downwards, with matches that nothing decides. */
function tangle(match: (k: number) => string): string {
  const chains = 20;
  const names = Array.from({ length: chains }, (_, i) => `KUBE-SVC-C${i}`);
  return [
    "*nat",
    ...["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"].map((c) => `:${c} ACCEPT [0:0]`),
    ...["KUBE-SERVICES", "KUBE-POSTROUTING", "KUBE-MARK-MASQ", ...names].map((c) => `:${c} - [0:0]`),
    "-A PREROUTING -j KUBE-SERVICES",
    "-A OUTPUT -j KUBE-SERVICES",
    "-A POSTROUTING -j KUBE-POSTROUTING",
    "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
    "-A KUBE-POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE",
    ...names.map(
      (c, i) =>
        `-A KUBE-SERVICES -d 10.96.1.${i + 1}/32 -p tcp -m comment --comment "a/s${i} cluster IP" -m tcp --dport 80 -j ${c}`,
    ),
    ...names.flatMap((c, i) =>
      Array.from({ length: 150 }, (_, k) => {
        const next = k % 3 === 0 && i + 1 < chains ? names[i + 1 + ((k * 7) % (chains - i - 1))] : undefined;
        return `-A ${c} ${match(k)} -j ${next ?? "KUBE-MARK-MASQ"}`;
      }),
    ),
    "COMMIT",
    "",
  ].join("\n");
}

describe("rules that lead everywhere", () => {
  it.each([
    ["drawn at random", () => "-m statistic --mode random --probability 0.10000000009"],
    ["unknown to natlens", (k: number) => `-m strange --thing ${k}`],
    ["over sets that were not pasted", (k: number) => `-m set --match-set other${k} src`],
  ])(
    "%s end in bounded time, and it is said",
    (_, match) => {
      const started = process.cpuUsage();
      const { diagnosis } = ask({ broken: [{ name: "nat", content: tangle(match) }] }).view;
      expect(process.cpuUsage(started).user).toBeLessThan(20_000_000);
      expect(diagnosis.findings).toEqual([]);
      expect(diagnosis.notes.some((n) => n.id === "ways-sampled") || diagnosis.undecidable.length > 0).toBe(true);
    },
    40_000,
  );
});
