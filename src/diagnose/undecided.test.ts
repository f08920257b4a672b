import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { analyse } from "../analysis/analyse.ts";

const dump = (path: string): string => readFileSync(new URL(`../scenarios/incident/${path}`, import.meta.url), "utf8");
const healthyNode = [
  "iptables-save",
  "ipset-save",
  "ipvsadm-Sn",
  "ip-addr",
  "ip-route-table-all",
  "ip-rule",
  "sysctl",
].map((name) => ({
  side: "broken" as const,
  name,
  content: dump(`healthy/${name}.txt`),
}));

it("asks back where a capture shows something else than the dumps predict, and calls nothing clear", () => {
  const capture = { side: "broken" as const, name: "tcpdump", content: dump("broken/tcpdump-node-eth0.txt") };
  const { diagnosis } = analyse([...healthyNode, capture]).view;
  expect(diagnosis.findings).toEqual([]);
  expect(diagnosis.observations.some((o) => o.verdict === "contradicts")).toBe(true);
  expect(diagnosis.undecidable.map((u) => u.question.en).join()).toContain("contradict the dumps of the broken node");
  expect(analyse(healthyNode).view.diagnosis.undecidable).toEqual([]);
});
