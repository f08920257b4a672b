import type { ReactNode } from "react";
import type { Assumption, Diagnosis, Evidence, Finding } from "../../../analysis/view.ts";
import { endpointText, flowId } from "../../diagram/flow-words.ts";
import { vantageName } from "../flows/vantage.ts";
import { Command } from "../kit/copy.tsx";
import { DumpLine } from "../kit/dump-line.tsx";
import { OutcomeMark, SideSign } from "../kit/marks.tsx";
import { Prose } from "../kit/prose.tsx";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";
import { AssumptionList } from "./assumptions.tsx";
import { topFinding } from "./top-finding.ts";

/** The whole verdict: what, why, what to do, and everything it stands on. */
export function VerdictDetail() {
  const t = useTexts();
  const say = useSay();
  const diagnosis = useApp((state) => state.view?.diagnosis);
  const shown = useApp((state) => state.shown);
  if (!diagnosis) return null;
  const finding = topFinding(diagnosis);
  const rest = diagnosis.findings.filter((other) => other !== finding);
  const assumptions = uniqueAssumptions([
    ...diagnosis.assumptions,
    ...(shown?.healthy?.assumptions ?? []),
    ...(shown?.broken?.assumptions ?? []),
  ]);
  return (
    <>
      <Notes notes={diagnosis.notes.filter((note) => note.first)} title={t.verdict.against} />
      {finding && <FindingDetail finding={finding} />}
      <Part title={t.verdict.assumptions}>
        {assumptions.length > 0 ? (
          <AssumptionList assumptions={assumptions} />
        ) : (
          <p className="text-text-2">{t.verdict.noAssumptions}</p>
        )}
      </Part>
      {diagnosis.observations.length > 0 && (
        <Part title={t.verdict.observations}>
          <ul className="grid gap-2">
            {diagnosis.observations.map((o) => (
              <li key={`${o.at.source}${o.at.from}${o.says.en}`}>
                <b>{t.verdict.verdicts[o.verdict]}</b>
                <span className="text-text-2">
                  . <Prose text={say(o.says)} />
                </span>
                <DumpLine at={o.at} side={o.side} />
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Undecidables diagnosis={diagnosis} />
      <Notes notes={diagnosis.notes.filter((note) => !note.first)} title={t.verdict.notes} />
      {rest.length > 0 && (
        <Part title={t.verdict.others}>
          {rest.map((other) => (
            <details
              key={`${other.side} ${other.id} ${other.title.en}`}
              className="border-b border-line-1 py-1.5 last:border-0"
            >
              <summary className="cursor-pointer">
                <b>
                  <Prose text={say(other.title)} />
                </b>{" "}
                <span className="text-text-2">
                  {other.kind === "fault" ? t.verdict.fault : t.verdict.risk}, {t.verdict.certainty[other.certainty]}
                </span>
              </summary>
              <FindingDetail finding={other} />
            </details>
          ))}
        </Part>
      )}
      {diagnosis.checked.length > 0 && <WordList title={t.verdict.checked} list={diagnosis.checked.map(say)} />}
      {diagnosis.blind.length > 0 && <WordList title={t.verdict.blind} list={diagnosis.blind.map(say)} />}
    </>
  );
}

function Notes({ notes, title }: { notes: Diagnosis["notes"]; title: string }) {
  const say = useSay();
  if (notes.length === 0) return null;
  return (
    <Part title={title}>
      <ul className="grid gap-2">
        {notes.map((note) => (
          <li key={note.id} className="text-text-2">
            <Prose text={say(note.says)} />
            <EvidenceLines evidence={note.evidence} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

function FindingDetail({ finding }: { finding: Finding }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  return (
    <>
      <Part title={t.verdict.what}>
        <p className="text-lead">
          <Prose text={say(finding.what)} />
        </p>
      </Part>
      <Part title={t.verdict.why}>
        <p className="text-lead">
          <Prose text={say(finding.why)} />
        </p>
      </Part>
      <Part title={t.verdict.remedy}>
        {finding.fix.map((fix) => (
          <div key={fix.text} className="mb-3">
            <Command text={fix.text} />
            <p className="mt-1 text-text-2">
              <Prose text={say(fix.says)} />
            </p>
          </div>
        ))}
        <p className="text-text-2">
          <Prose text={say(finding.proof)} />
        </p>
      </Part>
      {finding.refuted.length > 0 && (
        <Part title={t.verdict.refuted}>
          {finding.refuted.map((fix) => (
            <div key={fix.text} className="mb-2">
              <code className="mono text-code break-all line-through decoration-drop">{fix.text}</code>
              <p className="text-text-2">
                <b className="text-drop">{t.verdict.refutedOutcome(t.outcome[fix.outcome])}</b>.{" "}
                <Prose text={say(fix.why)} />
              </p>
            </div>
          ))}
        </Part>
      )}
      {finding.evidence.length > 0 && (
        <Part title={t.verdict.evidence}>
          <EvidenceLines evidence={finding.evidence} />
        </Part>
      )}
      {finding.verify.length > 0 && (
        <Part title={t.verdict.verify}>
          <div className="grid gap-1.5">
            {finding.verify.map((command) => (
              <Command key={command} text={command} />
            ))}
          </div>
        </Part>
      )}
      {finding.flows.length > 0 && (
        <Part title={t.verdict.flows}>
          <ul className="grid gap-1">
            {finding.flows.slice(0, 12).map((f) => (
              <li key={flowId(f.flow)} className="flex items-center gap-2">
                <OutcomeMark outcome={f.healthy} size={14} />
                <OutcomeMark outcome={f.broken} size={14} />
                <button type="button" className="button-link" onClick={() => void actions.askFlow(f.flow)}>
                  {vantageName(f.flow, t)} →{" "}
                  <span className="mono text-code">{endpointText(f.flow.to, f.flow.port)}</span> {f.flow.proto}
                </button>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

function EvidenceLines({ evidence }: { evidence: readonly Evidence[] }) {
  const say = useSay();
  return (
    <ul className="grid gap-2">
      {evidence.map((one) => (
        <li key={`${one.at.source}${one.at.from}${one.says.en}`}>
          <span className="flex items-center gap-1.5 text-text-2">
            <SideSign side={one.side} size={9} />
            <Prose text={say(one.says)} />
          </span>
          <DumpLine at={one.at} side={one.side} />
        </li>
      ))}
    </ul>
  );
}

function Undecidables({ diagnosis }: { diagnosis: Diagnosis }) {
  const t = useTexts();
  const say = useSay();
  if (diagnosis.undecidable.length === 0) return null;
  return (
    <Part title={t.verdict.undecided}>
      {diagnosis.undecidable.map((one) => (
        <div key={one.question.en} className="mb-3">
          <p className="mb-1 text-text-2">
            <Prose text={say(one.question)} />
          </p>
          <Command text={one.paste} />
        </div>
      ))}
    </Part>
  );
}

function WordList({ title, list }: { title: string; list: readonly string[] }) {
  return (
    <Part title={title}>
      <ul className="grid gap-1 text-text-2">
        {list.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Part>
  );
}

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-4 first:mt-0">
      <h3 className="mb-1 text-heading font-bold">{title}</h3>
      {children}
    </section>
  );
}

const uniqueAssumptions = (list: readonly Assumption[]): readonly Assumption[] => [
  ...new Map(list.map((a) => [a.id, a])).values(),
];
