import { afterEach, describe, expect, it, vi } from "vitest";
import { probe, works } from "./probe.ts";
import { rules } from "./rules/index.ts";
import type { Case, Sighting } from "./rules/rule.ts";
import { changedSide } from "./side.ts";
import { ask } from "./testing/ask.ts";
import { dumps, inMode, type Mode, none, usualNode } from "./testing/damage.ts";
import { damages } from "./testing/damages/index.ts";

/** What is offered heals, and takes nothing from what worked; what is warned of does not heal. */
const seen: { subject: Case; sighting: Sighting }[] = [];
for (const rule of rules) {
  const find = rule.find.bind(rule);
  vi.spyOn(rule, "find").mockImplementation((subject) => {
    const sightings = find(subject);
    for (const sighting of sightings) seen.push({ subject, sighting });
    return sightings;
  });
}
afterEach(() => seen.splice(0));

const usual = Object.entries(damages).flatMap(([id, list]) =>
  list.flatMap((d) => d.modes.flatMap((mode) => inMode(id, d, mode))),
);
/** Wrong and missing cluster CIDRs: the flag itself is the damage. */
const flags = [
  { id: "cluster-cidr-missing", version: "1.9.7", detector: "none" },
  { id: "cluster-cidr-covers-services", version: "1.19", detector: "10.96.0.0/12" },
  { id: "cluster-cidr-covers-services", version: "1.28", detector: "10.0.0.0/8" },
].map(({ version, detector, id }) => ({
  id,
  what: `cluster CIDR ${detector}`,
  mode: "ipvs" as Mode,
  modes: ["ipvs"] as const,
  version,
  edit: none,
  written: { detector },
}));
const all: readonly ReturnType<typeof inMode>[number][] = [...usual, ...flags];

describe.each(all)("$id: $what, $mode", ({ id, mode, version, ...d }) => {
  const kernel = d.kernel ? { kernel: d.kernel } : {};
  const broken = dumps(usualNode(mode, version, { ...d.node, ...d.written, ...kernel }), d.edit);
  const healthy = d.needsPair ? dumps(usualNode(mode, version, d.beside ?? d.node ?? {}), none) : undefined;

  it(version, () => {
    const { findings } = ask({ broken, ...(healthy ? { healthy } : {}) }, d.wanted).view.diagnosis;
    const finding = findings.find((f) => f.id === id);
    const found = seen.find(({ sighting }) => sighting.id === id && sighting.side.name === "broken");
    if (!finding || !found) throw new Error(`${id} is not found`);
    const { sighting, subject } = found;
    expect(finding.refuted.map((r) => r.text)).toEqual(sighting.missteps.map((m) => m.text));
    const offered = finding.fix.map((f) => f.text);
    for (const remedy of sighting.remedies) {
      const texts = remedy.fixes.map((f) => f.text);
      expect(offered, "a remedy that does not heal all of it").toEqual(expect.arrayContaining(texts));
      const side = changedSide(sighting.side, remedy.apply(sighting.side.snapshot));
      const lost = subject.probes.filter((p) => works(p) && !sighting.givesUp?.(p) && !works(probe(side, p.flow)));
      expect(lost.map((p) => `${texts[0]} loses ${p.flow.from} ${p.flow.to}:${p.flow.port}`)).toEqual([]);
    }
  });
});
