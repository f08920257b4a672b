import { expect, it } from "vitest";
import type { Flow } from "../simulate/flow.ts";
import { ip } from "../simulate/testing/node.ts";
import { ask } from "./testing/ask.ts";
import { dumps, none, rules, usualNode } from "./testing/damage.ts";

const hurts: Flow = { from: "host", to: ip("10.96.10.2"), port: 80, proto: "tcp" };
const sound = dumps(usualNode("iptables", "1.28"), none);
const hookless = dumps(
  usualNode("iptables", "1.28"),
  rules(/^-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\n/m, ""),
);
const idsOf = (broken: typeof sound, wanted?: Flow): string[] =>
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
