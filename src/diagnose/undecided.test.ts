import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { analyse } from "../analysis/analyse.ts";
import { ask } from "./testing/ask.ts";
import { dumps, usualNode } from "./testing/damage.ts";

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

it("asks for no more than the table that decides", () => {
  const pastes = (without: string, table: boolean): string[] =>
    analyse(
      healthyNode.flatMap((text) => {
        if (text.name === without) return [];
        if (text.name !== "iptables-save") return [text];
        return table ? [{ ...text, content: "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n" }] : [];
      }),
    ).view.diagnosis.undecidable.map((u) => u.paste);
  expect(pastes("", true)).toEqual(["iptables-save -t nat"]);
  expect(pastes("", false)).toEqual(["iptables-save"]);
  expect(pastes("ipset-save", false)).toEqual(["iptables-save; ipset save"]);
});

it("knows the node's own addresses from its routes where no address was pasted", () => {
  const node = usualNode("iptables", "1.28");
  const bare = dumps(node, (file, text) =>
    file === "ip-addr"
      ? ""
      : file === "ip-route"
        ? "default via 192.168.10.1 dev eth0 proto dhcp src 192.168.10.11 metric 100\n192.168.10.0/24 dev eth0 proto kernel scope link src 192.168.10.11\n10.244.2.0/24 via 192.168.10.12 dev eth0\n"
        : text,
  );
  expect(ask({ broken: bare }).view.diagnosis.undecidable).toEqual([]);
});
