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

it("asks for a foreign set in words that a shell takes as they are", () => {
  const name = "weave-s_+ChJId4Uy_$}G;WdH|~TK)I";
  const node = healthyNode.map((text) =>
    text.name === "iptables-save"
      ? {
          ...text,
          content: text.content.replace(
            /^(\*filter\n(?::.*\n)*)/m,
            `$1${`-A OUTPUT -m set --match-set ${name} dst -j DROP\n`.replaceAll("$", "$$$$")}`,
          ),
        }
      : text,
  );
  const pastes = analyse(node).view.diagnosis.undecidable.map((u) => u.paste);
  expect(pastes).toContain(`ipset save '${name}'`);
});
