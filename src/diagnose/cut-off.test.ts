import { describe, expect, it } from "vitest";
import type { Diagnosis } from "./finding.ts";
import { ask } from "./testing/ask.ts";
import { both, dumps, rules, usualNode, versions } from "./testing/damage.ts";
import { plugins } from "./testing/dressings.ts";

/** The rules of a node as a terminal or a chat that keeps so much of a long text leaves them. */
const cutTo = (part: number) => rules(/^[\s\S]*/, (text) => text.slice(0, Math.floor(text.length * part)));
const parts = Array.from({ length: 9 }, (_, i) => (i + 1) / 10);
/** As iptables-nft-save prints them, the nat table first. */
const filterLast = rules(/(\*filter\n[\s\S]*?\nCOMMIT\n)(\*nat\n[\s\S]*?\nCOMMIT\n)/, "$2$1");
/** Docker's policy, and a network plugin that accepts what pods send and get. */
const sound = both(plugins.flannel, rules(/(?<=\*filter\n[^*]*):FORWARD ACCEPT/, ":FORWARD DROP"), filterLast);

const alarms = ({ findings }: Diagnosis): string[] =>
  findings.filter((f) => f.kind === "fault" && f.certainty !== "possible").map((f) => `${f.id} ${f.certainty}`);

describe("rules that end too early", () => {
  for (const mode of ["iptables", "ipvs"] as const)
    for (const version of [versions[mode].at(0) ?? "", versions[mode].at(-1) ?? ""])
      it(`accuse no sound node: ${mode} ${version}`, () => {
        const node = usualNode(mode, version);
        const healthy = dumps(node, sound);
        expect(alarms(ask({ broken: healthy }).view.diagnosis)).toEqual([]);
        for (const part of parts)
          expect({
            part,
            alarms: alarms(ask({ healthy, broken: dumps(node, both(sound, cutTo(part))) }).view.diagnosis),
          }).toEqual({ part, alarms: [] });
      }, 60_000);

  it("ask for the table that was cut, and tell what it looks like so far as a hint", () => {
    const node = usualNode("iptables", "1.34");
    const beforeRules = rules(/^[\s\S]*/, (text) => text.slice(0, text.indexOf("-A FLANNEL-FWD")));
    const { findings, undecidable } = ask({ broken: dumps(node, both(sound, beforeRules)) }).view.diagnosis;
    expect(findings.find((f) => f.id === "forward-policy-drop")?.certainty).toBe("possible");
    expect(undecidable.map((u) => u.paste)).toContain("iptables-save -t filter");
  });

  it("leave a cause as sure as before where they end behind it", () => {
    const node = usualNode("ipvs", "1.9.7", { detector: "none" });
    const tail = rules(/^[\s\S]*/, (text) => text.slice(0, text.lastIndexOf("-A KUBE-FIREWALL")));
    const { findings } = ask({ broken: dumps(node, both(filterLast, tail)) }).view.diagnosis;
    expect(findings.map((f) => f.id)).toContain("cluster-cidr-missing");
    expect(alarms({ findings } as Diagnosis).length).toBeGreaterThan(0);
  });
});
