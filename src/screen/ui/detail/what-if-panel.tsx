import { type FormEvent, type ReactNode, useState } from "react";
import type { WhatIf } from "../../../analysis/request.ts";
import { boundTo, isRange } from "../../state/what-if-text.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";

/** Small changes of the model: another source, another cluster CIDR. The lanes answer at once. */
export function WhatIfPanel() {
  const t = useTexts();
  const actions = useActions();
  const flow = useApp((state) => state.shown?.flow);
  const whatIf = useApp((state) => state.whatIf);
  if (!flow) return null;
  const add = (change: WhatIf): void =>
    void actions.tryWhatIf([...whatIf.filter((w) => w.kind !== change.kind || change.kind === "add-rule"), change]);
  const bind = (text: string): string | undefined => {
    const bound = boundTo(flow, text);
    if (!bound) return t.whatIf.badAddress;
    void actions.askFlow(bound);
    return undefined;
  };
  const setCidr = (text: string): string | undefined => {
    if (!isRange(text)) return t.whatIf.badCidr;
    add({ kind: "cluster-cidr", side: "broken", cidr: text });
    return undefined;
  };
  return (
    <>
      <h2 className="text-heading font-bold">{t.whatIf.title}</h2>
      <p className="mt-1 mb-4 text-text-2">{t.whatIf.says}</p>
      {flow.from === "host" && <Ask label={t.whatIf.bind} go={t.whatIf.bindGo} onAsk={bind} />}
      <Ask label={t.whatIf.cidr} note={t.whatIf.on} go={t.whatIf.cidrGo} onAsk={setCidr} />
      <Row label={t.whatIf.masqueradeAll} note={t.whatIf.on}>
        <button type="button" className="button" onClick={() => add({ kind: "masquerade-all", side: "broken" })}>
          {t.whatIf.masqueradeGo}
        </button>
      </Row>
    </>
  );
}

function Row({ label, note, children }: { label: string; note?: string; children: ReactNode }) {
  return (
    <div className="mb-4">
      <p className="mb-1">
        {label} {note && <span className="text-text-3">{note}</span>}
      </p>
      {children}
    </div>
  );
}

function Ask({
  label,
  note,
  go,
  onAsk,
}: {
  label: string;
  note?: string;
  go: string;
  onAsk: (text: string) => string | undefined;
}) {
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWrong(onAsk(text.trim()));
  };
  return (
    <form onSubmit={submit} className="mb-4">
      <label>
        <span className="mb-1 block">
          {label} {note && <span className="text-text-3">{note}</span>}
        </span>
        <span className="flex gap-2">
          <input
            value={text}
            onChange={(event) => setText(event.target.value)}
            aria-invalid={wrong !== undefined}
            spellCheck={false}
            autoComplete="off"
            className="mono h-8 min-w-0 flex-1 rounded-md border border-line-3 bg-bg-1 px-2.5 text-code max-md:h-11"
          />
          <button type="submit" className="button">
            {go}
          </button>
        </span>
      </label>
      {wrong && (
        <p role="alert" className="mt-1 text-drop">
          {wrong}
        </p>
      )}
    </form>
  );
}
