import type { Session } from "../../analysis/session.ts";
import { type Language, words } from "../../base/words.ts";
import type { Diagnosis, Finding, FlowComparison } from "../../diagnose/finding.ts";
import { endpointText } from "../../simulate/flow.ts";
import { type Command, type ExitStatus, Usage } from "../command.ts";
import { diagnosisText } from "../diagnosis-text.ts";
import {
  addressText,
  analyseFiles,
  diagnosticsJson,
  isUnusable,
  placeOf,
  readingsOf,
  sideArguments,
  tellDiagnostics,
  tellUnusable,
} from "../sides.ts";

/** Faults that are certain or likely are alarms; an open question is told apart from a clean bill of health. */
export function statusOf(diagnosis: Diagnosis): ExitStatus {
  if (diagnosis.findings.some((f) => f.kind === "fault" && f.certainty !== "possible")) return 1;
  return diagnosis.undecidable.length > 0 ? 3 : 0;
}

export const diagnose: Command = {
  name: "diagnose",
  usage: "diagnose [--healthy FILE…] --broken FILE… [--json]",
  does: words("says what is wrong, why, and how to put it right", "给出结论：哪里有问题、为什么、如何修复"),
  details: [
    words(
      "--broken FILE…   the node that fails; alone it is compared with what its kube-proxy should have written",
      "--broken FILE…   出问题的节点；只有它时，与该版本 kube-proxy 应写出的规则比较",
    ),
    words("--healthy FILE…  a node that works", "--healthy FILE…  正常的节点"),
    words("--json           the stable interface for programs", "--json           供程序使用的稳定接口"),
  ],
  run(args, console, language) {
    const { healthy, broken, json } = sideArguments(args);
    if (healthy.length + broken.length === 0) throw new Usage("diagnose needs --broken FILE…");
    const session = analyseFiles(console, { healthy, broken });
    const unusable = isUnusable(session, broken.length > 0 ? ["broken"] : ["healthy"]);
    if (json) console.out(JSON.stringify(diagnosisJson(session, language), null, 2));
    else {
      tellDiagnostics(console, session, language);
      if (!unusable) console.out(diagnosisText(session, language));
    }
    if (unusable) {
      tellUnusable(console, language);
      return 2;
    }
    return statusOf(session.view.diagnosis);
  },
};

/** The stable interface, `"schema": 1`. Fields are added, never renamed. */
export function diagnosisJson(session: Session, language: Language): Record<string, unknown> {
  const { diagnosis } = session.view;
  const { sources } = readingsOf(session);
  const flow = (f: FlowComparison): Record<string, unknown> => ({
    from: f.flow.from,
    ...(f.flow.source === undefined ? {} : { source: addressText(f.flow.source, language) }),
    to: endpointText(f.flow.to, f.flow.port),
    proto: f.flow.proto,
    healthy: f.healthy ?? null,
    broken: f.broken ?? null,
    ...(f.alike === undefined ? {} : { alike: f.alike }),
    masquerade: { healthy: f.masquerade.healthy ?? null, broken: f.masquerade.broken ?? null },
    sourceSeen: {
      healthy: addressText(f.sourceSeen.healthy, language),
      broken: addressText(f.sourceSeen.broken, language),
    },
  });
  const evidence = (list: Finding["evidence"]): Record<string, unknown>[] =>
    list.flatMap((e) => {
      const place = placeOf(sources, e.at);
      return place ? [{ side: e.side, ...place, says: e.says[language] }] : [];
    });
  return {
    schema: 1,
    findings: diagnosis.findings.map((f) => ({
      id: f.id,
      kind: f.kind,
      certainty: f.certainty,
      title: f.title[language],
      what: f.what[language],
      why: f.why[language],
      fix: f.fix.map((x) => ({ kind: x.kind, text: x.text, says: x.says[language] })),
      refuted: f.refuted.map((x) => ({ text: x.text, outcome: x.outcome, why: x.why[language] })),
      verify: f.verify,
      proven: f.proven,
      proof: f.proof[language],
      side: f.side,
      evidence: evidence(f.evidence),
      flows: f.flows.map(flow),
    })),
    flows: diagnosis.flows.map(flow),
    undecidable: diagnosis.undecidable.map((u) => ({
      question: u.question[language],
      paste: u.paste,
      ...(u.side === undefined ? {} : { side: u.side }),
    })),
    assumptions: diagnosis.assumptions.map((a) => ({
      about: a.about[language],
      because: a.because[language],
      settledBy: a.settledBy ?? null,
      ...(a.decisive === undefined ? {} : { decisive: a.decisive }),
    })),
    observations: diagnosis.observations.flatMap((o) => {
      const place = placeOf(sources, o.at);
      return place ? [{ side: o.side, verdict: o.verdict, says: o.says[language], ...place }] : [];
    }),
    notes: diagnosis.notes.map((n) => ({ id: n.id, says: n.says[language], evidence: evidence(n.evidence) })),
    checked: diagnosis.checked.map((c) => c[language]),
    blind: diagnosis.blind.map((b) => b[language]),
    diagnostics: diagnosticsJson(session, language),
  };
}
