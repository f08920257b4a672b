import type { Session } from "../analysis/session.ts";
import { type Language, type Words, words } from "../base/words.ts";
import type { Diagnosis, Finding, FlowComparison, SideName } from "../diagnose/finding.ts";
import { flowWords } from "../diagnose/undecided.ts";
import type { Outcome } from "../simulate/trace.ts";
import { addressText, placeOf, readingsOf } from "./sides.ts";

const labels = {
  evidence: words("Evidence", "证据"),
  fix: words("Fix", "修复"),
  proof: words("Proof", "验证"),
  refuted: words("Does not help", "无效的做法"),
  verify: words("To verify on the node", "在节点上确认"),
  flows: words("Flows it breaks", "受影响的流"),
  assumptions: words("Assumed", "假设（推定）"),
  observed: words("Captures and logs", "抓包与日志"),
  notes: words("Notes", "说明"),
  undecidable: words("Cannot be decided from this", "仅凭这些无法判定"),
  checked: words("Checked", "已检查"),
  blind: words("What natlens cannot see", "natlens 看不到的"),
  nothing: words("Nothing wrong found.", "没有发现问题。"),
  onlyHints: words(
    "No certain or likely fault was found; what follows is possible, or a risk.",
    "没有发现确定或很可能的故障；以下只是可能的问题或隐患。",
  ),
  open: words("No fault found so far, but not everything could be decided.", "目前没有发现故障，但并非一切都能判定。"),
  paste: words("paste", "请粘贴"),
} as const;

const certainties: Readonly<Record<Finding["certainty"], Words>> = {
  certain: words("certain", "确定"),
  likely: words("likely", "很可能"),
  possible: words("possible", "可能"),
};
const kinds: Readonly<Record<Finding["kind"], Words>> = { fault: words("fault", "故障"), risk: words("risk", "隐患") };
export const outcomeWords: Readonly<Record<Outcome, Words>> = {
  delivered: words("delivered", "送达"),
  "wrong-source": words("delivered with the wrong source", "送达但源地址不对"),
  "wrong-destination": words("delivered to the wrong server", "送到了错误的服务端"),
  refused: words("refused", "被拒绝"),
  dropped: words("dropped", "被丢弃"),
  "reply-lost": words("reply lost", "回包丢失"),
  looped: words("looped", "成环"),
  undecidable: words("undecidable", "无法判定"),
};
export const sideWords: Readonly<Record<SideName, Words>> = {
  healthy: words("healthy node", "正常节点"),
  broken: words("broken node", "异常节点"),
};

/** The verdict as a person reads it in a terminal. */
export function diagnosisText(session: Session, language: Language): string {
  const { diagnosis } = session.view;
  const { sources } = readingsOf(session);
  const t = (text: Words): string => text[language];
  const out: string[] = [];
  const section = (title: Words, lines: readonly string[]): void => {
    if (lines.length > 0) out.push("", `${t(title)}:`, ...lines.map((l) => `  ${l}`));
  };
  if (
    diagnosis.findings.length > 0 &&
    !diagnosis.findings.some((f) => f.kind === "fault" && f.certainty !== "possible")
  )
    out.push(t(labels.onlyHints), "");
  for (const note of diagnosis.notes.filter((n) => n.first)) out.push(t(note.says), "");
  for (const f of diagnosis.findings) {
    out.push(
      `${f.id}  [${t(kinds[f.kind])}, ${t(certainties[f.certainty])}, ${t(sideWords[f.side])}]`,
      t(f.title),
      "",
      t(f.what),
      t(f.why),
    );
    section(
      labels.evidence,
      f.evidence.flatMap((e) => {
        const place = placeOf(sources, e.at);
        return place ? [`${place.file}:${place.line}  ${t(e.says)}`, `    ${place.text.trim()}`] : [];
      }),
    );
    section(
      labels.flows,
      f.flows.slice(0, 12).map((c) => comparisonLine(c, language)),
    );
    section(
      labels.fix,
      f.fix.flatMap((x) => [x.text, `    ${t(x.says)}`]),
    );
    section(labels.proof, [t(f.proof)]);
    section(
      labels.refuted,
      f.refuted.flatMap((x) => [`${x.text}  → ${t(outcomeWords[x.outcome])}`, `    ${t(x.why)}`]),
    );
    section(labels.verify, f.verify);
    out.push("");
  }
  if (diagnosis.findings.length === 0) out.push(t(diagnosis.undecidable.length > 0 ? labels.open : labels.nothing));
  out.push(...rest(diagnosis, language, (at) => placeOf(sources, at)));
  return out
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd();
}

function rest(
  diagnosis: Diagnosis,
  language: Language,
  place: (at: Finding["evidence"][number]["at"]) => { file: string; line: number } | undefined,
): string[] {
  const t = (text: Words): string => text[language];
  const out: string[] = [];
  const section = (title: Words, lines: readonly string[]): void => {
    if (lines.length > 0) out.push("", `${t(title)}:`, ...lines.map((l) => `  ${l}`));
  };
  section(
    labels.undecidable,
    diagnosis.undecidable.flatMap((u) => [t(u.question), `    ${t(labels.paste)}: ${u.paste}`]),
  );
  section(labels.observed, groupedObservations(diagnosis, language, place));
  section(
    labels.notes,
    diagnosis.notes.filter((n) => !n.first).map((n) => t(n.says)),
  );
  section(
    labels.assumptions,
    diagnosis.assumptions.map(
      (a) => `${a.decisive ? "! " : ""}${t(a.about)} ${t(a.because)}${a.settledBy ? `  (${a.settledBy})` : ""}`,
    ),
  );
  section(labels.checked, diagnosis.checked.map(t));
  section(labels.blind, diagnosis.blind.map(t));
  return out;
}

/** Lines with one and the same thing to say are told once. */
function groupedObservations(
  diagnosis: Diagnosis,
  language: Language,
  place: (at: Finding["evidence"][number]["at"]) => { file: string; line: number } | undefined,
): string[] {
  const groups = new Map<string, string[]>();
  for (const o of diagnosis.observations) {
    const at = place(o.at);
    const key = `${o.verdict}: ${o.says[language]}`;
    groups.set(key, [...(groups.get(key) ?? []), at ? `${at.file}:${at.line}` : ""]);
  }
  return [...groups].map(
    ([key, places]) => `${key}  (${places.slice(0, 3).join(", ")}${places.length > 3 ? `, … ${places.length}` : ""})`,
  );
}

export function comparisonLine(c: FlowComparison, language: Language): string {
  const one = (name: SideName): string => {
    const outcome = c[name];
    if (outcome === undefined) return "";
    const source = addressText(c.sourceSeen[name], language);
    return `${sideWords[name][language]}: ${outcomeWords[outcome][language]}${source === null ? "" : ` (${source})`}`;
  };
  return [flowWords(c.flow)[language], ...[one("healthy"), one("broken")].filter((s) => s !== "")].join("  ·  ");
}
