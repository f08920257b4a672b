import { describe, expect, it } from "vitest";
import { ip } from "../simulate/testing/node.ts";
import type { Hurt, Symptom } from "./hurt.ts";
import { ask } from "./testing/ask.ts";
import { dumps, none, rules, usualNode } from "./testing/damage.ts";

const hurts: Hurt = { from: "host", to: ip("10.96.10.2"), port: 80, proto: "tcp" };
const sound = dumps(usualNode("iptables", "1.28"), none);
const hookless = dumps(
  usualNode("iptables", "1.28"),
  rules(/^-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\n/m, ""),
);
const idsOf = (broken: typeof sound, wanted?: Hurt): string[] =>
  ask({ broken }, wanted).view.diagnosis.notes.map((n) => n.id);

it("says that what hurts is not what the dumps predict, only where somebody says what hurts and the model denies it", () => {
  expect(idsOf(sound, hurts)).toContain("symptom-not-shown");
  expect(idsOf(sound)).not.toContain("symptom-not-shown");
  expect(idsOf(hookless, hurts)).not.toContain("symptom-not-shown");
});

it("shows the flow that hurts first, whichever other flows fail", () => {
  const { diagnosis } = ask({ broken: hookless }, { ...hurts, to: ip("10.96.10.3") }).view;
  expect(diagnosis.shown?.to).toBe("10.96.10.3");
  expect(diagnosis.findings[0]?.flows.map((f) => f.flow.to)).toContain("10.96.10.3");
});

describe("what is seen, beside what the dumps predict", () => {
  const inForward = (target: string) =>
    dumps(usualNode("iptables", "1.28"), rules(/(\*filter\n(?::.*\n)*)/, `$1-A FORWARD -p tcp -j ${target}\n`));
  const fromPod: Hurt = { ...hurts, from: "pod" };
  /** A REJECT rule, as a client sees it: the error of its ICMP message (icmp_err_convert), or the reset. */
  const cases: readonly (readonly [string, readonly Symptom[]])[] = [
    ["DROP", ["times-out"]],
    ["REJECT --reject-with icmp-host-prohibited", ["no-route"]],
    ["REJECT --reject-with icmp-net-unreachable", ["no-route"]],
    ["REJECT --reject-with icmp-port-unreachable", ["refused", "reset"]],
    ["REJECT --reject-with tcp-reset", ["refused", "reset"]],
  ];
  const all: readonly Symptom[] = ["times-out", "refused", "reset", "no-route", "wrong-source"];
  it.each(cases.flatMap(([target, seen]) => all.map((symptom) => [target, symptom, seen.includes(symptom)] as const)))(
    "-j %s, %s: agrees %s",
    (target, symptom, agrees) => {
      const [first] = ask({ broken: inForward(target) }, { ...fromPod, symptom }).view.diagnosis.notes;
      expect(first?.id).toBe(agrees ? "symptom-agrees" : "symptom-contradicts");
    },
  );
  it("makes what explains another symptom less sure", () => {
    const found = (symptom?: Symptom) =>
      ask({ broken: hookless }, { ...hurts, ...(symptom ? { symptom } : {}) }).view.diagnosis.findings.map((f) => [
        f.id,
        f.certainty,
      ]);
    const [[, sure] = []] = found();
    expect(found("times-out")).toEqual(found());
    expect(found("refused")).toEqual([["service-hook-missing", sure === "certain" ? "likely" : "possible"]]);
  });
  it("says nothing of a symptom where nobody names one", () =>
    expect(idsOf(inForward("DROP"), fromPod).filter((id) => id.startsWith("symptom"))).toEqual([]));
  it("puts what explains the flow that hurts before what explains others", () => {
    const two = inForward("DROP").map((d) => ({
      ...d,
      content: d.content.replace(
        /^-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\n/m,
        "",
      ),
    }));
    const ids = (wanted: Hurt): string[] => ask({ broken: two }, wanted).view.diagnosis.findings.map((f) => f.id);
    expect(ids(hurts)[0]).toBe("service-hook-missing");
    expect(ids(fromPod)).toEqual([...ids(hurts)].reverse());
  });
});
