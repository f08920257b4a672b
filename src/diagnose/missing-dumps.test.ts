import { describe, expect, it } from "vitest";
import type { Diagnosis } from "./finding.ts";
import { ask } from "./testing/ask.ts";
import { dumps, inMode, none, usualNode, versions } from "./testing/damage.ts";
import { damages } from "./testing/damages/index.ts";

/**
 * What was not pasted is unknown: with any one dump or table taken away, a damaged node shows the same cause, no surer than
 * before, or nothing, and then natlens names what would tell; a sound node stays sound.
 */
type Dumps = ReturnType<typeof dumps>;

const diagnosed = (broken: Dumps, healthy?: Dumps): Diagnosis =>
  ask({ broken, ...(healthy ? { healthy } : {}) }).view.diagnosis;

/** `ip-addr.txt`, or `table nat`: every kind of thing that may be missing. */
const parts = (all: Dumps): string[] => [
  ...all.map((d) => d.name),
  ...["nat", "filter", "mangle"].filter((t) => all.some((d) => d.content.includes(`*${t}\n`))).map((t) => `table ${t}`),
];

function without(all: Dumps, part: string): Dumps {
  const table = /^table (\w+)$/.exec(part)?.[1];
  if (table === undefined) return all.filter((d) => d.name !== part);
  const block = new RegExp(`^\\*${table}\\n[^]*?^COMMIT\\n`, "m");
  return all.map((d) => ({ ...d, content: d.content.replace(block, "") }));
}

/** What every diagnosis needs of a node, and the command, or a part of it, that natlens names when it is missing. */
const prints: Readonly<Record<string, RegExp>> = {
  "iptables-save.txt": /iptables-save/,
  "ip6tables-save.txt": /ip6?tables-save/,
  "table nat": /iptables-save|ipvsadm/,
  "table filter": /iptables-save/,
  "table mangle": /iptables-save/,
  "ipset-save.txt": /ipset/,
  "ipvsadm.txt": /ipvsadm/,
  "ip-addr.txt": /ip (?:addr|route|link)/,
  "ip-route.txt": /ip (?:addr|route)/,
  "ip-rule.txt": /ip (?:rule|route)/,
  "sysctl.txt": /sysctl/,
};

/** What the rest of the dumps really shows, where that is another cause; `id part` → the other ids and why. */
const really: Readonly<Record<string, { readonly ids: readonly string[]; readonly why: string }>> = {
  "node-address-on-ipvs-device ip-addr.txt": {
    ids: ["ipvs-filter-rejects"],
    why: "that the address refused is the node's own is what told the two apart",
  },
  "cluster-cidr-missing-for-family iptables-save.txt": {
    ids: ["mark-rule-missing"],
    why: "that the other family has its rule is what told the two apart",
  },
  "vxlan-checksum-offload ethtool.txt": {
    ids: ["mark-survives-encapsulation"],
    why: "the same packets, masqueraded twice; who spoils them is then not known",
  },
  "split-iptables-backends iptables-save.txt": {
    ids: ["forward-policy-drop"],
    why: "with the rules of one backend alone, that is all there is to see",
  },
  "no-real-servers kubectl.txt": {
    ids: ["no-endpoints"],
    why: "that kubectl lists endpoints is what told the two apart; without it, no more than possible",
  },
};

const certainties = ["possible", "likely", "certain"];

const all = Object.entries(damages).flatMap(([id, list]) =>
  list.flatMap((d) => d.modes.flatMap((mode) => inMode(id, d, mode))),
);
describe.each(all)("$id: $what, $mode", ({ id, mode, version, ...d }) => {
  const kernel = d.kernel ? { kernel: d.kernel } : {};
  const broken = dumps(usualNode(mode, version, { ...d.node, ...d.written, ...kernel }), d.edit);
  const healthy = d.needsPair ? dumps(usualNode(mode, version, d.node ?? {}), none) : undefined;
  const whole = diagnosed(broken, healthy).findings;

  it.each(parts(broken))("without %s", (part) => {
    const { findings, undecidable, assumptions } = diagnosed(without(broken, part), healthy);
    const own = [...whole.map((f) => f.id), ...(really[`${id} ${part}`]?.ids ?? [])];
    expect(findings.filter((f) => !own.includes(f.id) || f.side !== "broken").map((f) => f.id)).toEqual([]);
    for (const f of findings) {
      const before = whole.find((w) => w.id === f.id);
      if (before)
        expect(certainties.indexOf(f.certainty), f.id).toBeLessThanOrEqual(certainties.indexOf(before.certainty));
    }
    const asked = [...undecidable.map((u) => u.paste), ...assumptions.map((a) => a.settledBy ?? "")];
    // a node whose rules were not pasted either is asked for those first
    const command = broken.some((b) => b.name === "iptables-save.txt") ? prints[part] : prints["iptables-save.txt"];
    if (findings.length === 0 && command)
      expect(
        asked.some((a) => command.test(a)),
        asked.join(" | "),
      ).toBe(true);
  });
});

describe("a sound node", () => {
  const detectors = ["10.244.0.0/16", "all", "none"];
  const cases = (["iptables", "ipvs"] as const).flatMap((mode) =>
    versions[mode].flatMap((version) =>
      // 1.9 in IPVS mode without a cluster CIDR is not sound
      detectors
        .filter((detector) => !(version === "1.9.7" && detector === "none"))
        .map((detector) => [mode, version, detector] as const),
    ),
  );
  it.each(cases)("%s %s, told apart by %s, stays so with any dump missing", (mode, version, detector) => {
    const sound = dumps(usualNode(mode, version, { detector }), none);
    const risks = diagnosed(sound).findings.map((f) => f.id);
    for (const part of parts(sound)) {
      const less = without(sound, part);
      for (const { findings } of [diagnosed(less), diagnosed(less, sound), diagnosed(sound, less)])
        for (const f of findings) {
          expect(f.kind, `without ${part}: ${f.side} ${f.id}`).toBe("risk");
          expect(risks).toContain(f.id);
        }
    }
  });
});
