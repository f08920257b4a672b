import { X } from "lucide-react";
import { type ClipboardEvent, type DragEvent, useState } from "react";
import type { SideName } from "../../../analysis/view.ts";
import { LARGE } from "../../state/input-actions.ts";
import { SideSign } from "../kit/marks.tsx";
import { useActions, useApp, useTexts } from "../kit/store.tsx";

const samples: Readonly<Record<SideName, string>> = {
  healthy:
    "*nat\n-A KUBE-SERVICES ! -s <pod range> … -j KUBE-MARK-MASQ\n-A KUBE-POSTROUTING … --mark 0x4000/0x4000 -j MASQUERADE\nCOMMIT",
  broken:
    "*nat\n-A KUBE-POSTROUTING … --mark 0x4000/0x4000 -j MASQUERADE\n-A KUBE-SERVICES -p tcp … KUBE-NODE-PORT-TCP dst -j KUBE-MARK-MASQ\nCOMMIT",
};

/** Takes pastes and files of one side. Large pastes never enter the field: the browser would stand still over them. */
export function PasteArea({ side }: { side: SideName }) {
  const t = useTexts();
  const actions = useActions();
  const draft = useApp((state) => state.drafts[side]);
  const [over, setOver] = useState(false);
  const paste = (event: ClipboardEvent<HTMLTextAreaElement>): void => {
    const files = [...event.clipboardData.files];
    if (files.length > 0) {
      event.preventDefault();
      actions.dropFiles(side, files);
      return;
    }
    const text = event.clipboardData.getData("text/plain");
    if (text.length + draft.length <= LARGE) return;
    event.preventDefault();
    actions.pasteText(side, text);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) actions.dropFiles(side, files);
  };
  return (
    <section
      aria-label={t.side[side]}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={`flex min-h-[300px] flex-col overflow-hidden rounded-lg border bg-bg-1 max-md:min-h-[220px] ${over ? "border-dashed border-text-1" : "border-line-3"}`}
    >
      <div className="flex min-h-11 flex-wrap items-center gap-x-2.5 border-b border-line-1 px-4 max-md:py-1.5">
        <SideSign side={side} size={11} />
        <h2 className="text-heading font-bold">{t.side[side]}</h2>
        <span className="text-text-2">{over ? t.intake.drop : t.intake.side[side]}</span>
        <label className="file-button button-link ml-auto cursor-pointer py-1.5">
          {t.intake.choose}
          <input
            type="file"
            multiple
            className="said"
            onChange={(event) => {
              actions.dropFiles(side, [...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
        </label>
      </div>
      <Files side={side} />
      <textarea
        aria-label={`${t.side[side]}: ${t.intake.placeholder[side]}`}
        value={draft}
        onChange={(event) => actions.typeText(side, event.target.value)}
        onPaste={paste}
        placeholder={`${t.intake.placeholder[side]}\n\n${samples[side]}`}
        spellCheck={false}
        autoComplete="off"
        className="mono min-h-0 flex-1 resize-none bg-transparent px-4 py-3 text-code whitespace-pre outline-offset-[-4px] placeholder:text-text-3 max-md:whitespace-pre-wrap"
      />
    </section>
  );
}

function size(bytes: number): string {
  return bytes < 1000
    ? `${bytes} B`
    : bytes < 1e6
      ? `${Math.round(bytes / 1000)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;
}

function Files({ side }: { side: SideName }) {
  const t = useTexts();
  const actions = useActions();
  const all = useApp((state) => state.inputs);
  const inputs = all.filter((input) => input.side === side);
  if (inputs.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-2 border-b border-line-1 px-4 py-2">
      {inputs.map((input) => (
        <li key={input.key} className="flex items-center gap-1.5 rounded bg-bg-2 pl-2 text-small">
          <span className="mono break-all">{input.name}</span>
          <span className="text-text-3">{size(input.bytes)}</span>
          <button
            type="button"
            aria-label={t.intake.remove(input.name)}
            className="grid size-6 place-items-center max-md:size-8"
            onClick={() => actions.removeInput(input.key)}
          >
            <X size={12} />
          </button>
        </li>
      ))}
    </ul>
  );
}
