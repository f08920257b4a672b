import { describe, expect, it } from "vitest";
import { ask } from "../diagnose/testing/ask.ts";
import { dumps, none, usualNode, versions } from "../diagnose/testing/damage.ts";
import { damages } from "../diagnose/testing/damages/index.ts";
import { diagnosisJson, statusOf } from "./commands/diagnose.ts";

/** `diagnose --json`, schema 1: programs rely on these fields, their types and their closed lists. */
const outcomes = [
  "delivered",
  "wrong-source",
  "wrong-destination",
  "refused",
  "dropped",
  "reply-lost",
  "looped",
  "undecidable",
];
const text = expect.any(String);
const orNull =
  (list: readonly unknown[]): ((value: unknown) => boolean) =>
  (value) =>
    value === null || list.includes(value);

type Json = Readonly<Record<string, unknown>>;
const listOf = (value: unknown): readonly Json[] => {
  expect(Array.isArray(value)).toBe(true);
  return value as readonly Json[];
};
const isText = (value: unknown): boolean => value === null || typeof value === "string";

function checkFlow(flow: Json): void {
  expect(["host", "pod", "hairpin", "external"]).toContain(flow.from);
  expect(flow).toMatchObject({ to: expect.stringMatching(/^(?:[\d.]+|\[[\da-f:]+\]):\d+$/) });
  expect(["tcp", "udp", "sctp"]).toContain(flow.proto);
  for (const side of ["healthy", "broken"]) {
    expect(flow[side]).toSatisfy(orNull(outcomes));
    expect((flow.masquerade as Json)[side]).toSatisfy(orNull([true, false]));
    expect((flow.sourceSeen as Json)[side]).toSatisfy(isText);
  }
}

function check(json: Json): void {
  expect(json.schema).toBe(1);
  for (const finding of listOf(json.findings)) {
    expect(finding).toMatchObject({ id: text, title: text, what: text, why: text, proven: expect.any(Boolean) });
    expect(["fault", "risk"]).toContain(finding.kind);
    expect(["certain", "likely", "possible"]).toContain(finding.certainty);
    expect(["healthy", "broken"]).toContain(finding.side);
    for (const fix of listOf(finding.fix)) {
      expect(["command", "config"]).toContain(fix.kind);
      expect(fix).toMatchObject({ text, says: text });
    }
    for (const line of listOf(finding.evidence))
      expect(line).toMatchObject({ file: text, line: expect.any(Number), text });
    listOf(finding.flows).forEach(checkFlow);
  }
  for (const open of listOf(json.undecidable)) {
    expect(open).toMatchObject({ question: text, paste: text });
    expect(["healthy", "broken", undefined]).toContain(open.side);
  }
  for (const a of listOf(json.assumptions)) {
    expect(a).toMatchObject({ about: text, because: text });
    expect(a.settledBy).toSatisfy(isText);
  }
  for (const d of listOf(json.diagnostics))
    expect(d).toMatchObject({
      file: text,
      line: expect.any(Number),
      column: expect.any(Number),
      code: text,
      severity: text,
    });
}

const all = Object.entries(damages).flatMap(([id, [d]]) => (d ? [{ id, ...d }] : []));

describe.each(all)("$id: $what", (d) => {
  const [mode] = d.modes;
  const version = mode && (d.versions ?? versions[mode]).filter((v) => !d.fine?.(mode, v)).at(-1);
  if (!mode || !version) return;
  const kernel = d.kernel ? { kernel: d.kernel } : {};
  const broken = dumps(usualNode(mode, version, { ...d.node, ...d.written, ...kernel }), d.edit);
  const healthy = dumps(usualNode(mode, version, d.node ?? {}), none);

  it("is told in the documented fields, and the exit status follows from them", () => {
    for (const session of [ask({ broken }, d.wanted), ask({ healthy, broken }, d.wanted)])
      for (const language of ["en", "zh-CN"] as const) {
        const json: Json = JSON.parse(JSON.stringify(diagnosisJson(session, language)));
        check(json);
        const alarm = listOf(json.findings).some((f) => f.kind === "fault" && f.certainty !== "possible");
        const open = listOf(json.undecidable).length > 0;
        expect(statusOf(session.view.diagnosis)).toBe(alarm ? 1 : open ? 3 : 0);
      }
  });
});
