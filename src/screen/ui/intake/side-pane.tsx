import { type ClipboardEvent, lazy, Suspense, useEffect, useRef } from "react";
import type { SideName } from "../../../analysis/view.ts";
import { draftKey, LARGE } from "../../state/input-actions.ts";
import { SideSign } from "../kit/marks.tsx";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { droppedFiles } from "./dropped-files.ts";

const SideTexts = lazy(() => import("./side-texts.tsx"));
const SideKinds = lazy(() => import("./side-kinds.tsx"));

const samples: Readonly<Record<SideName, string>> = {
  healthy:
    "*nat\n-A KUBE-SERVICES ! -s <pod range> … -j KUBE-MARK-MASQ\n-A KUBE-POSTROUTING … --mark 0x4000/0x4000 -j MASQUERADE\nCOMMIT",
  broken:
    "*nat\n-A KUBE-POSTROUTING … --mark 0x4000/0x4000 -j MASQUERADE\n-A KUBE-SERVICES -p tcp … KUBE-NODE-PORT-TCP dst -j KUBE-MARK-MASQ\nCOMMIT",
};

/** All that was put in for one node: its texts, what was recognised in them, and a field for more. */
export function SidePane({ side, over }: { side: SideName; over: boolean }) {
  const t = useTexts();
  const actions = useActions();
  const texts = useApp((state) => state.inputs.some((input) => input.side === side));
  const read = useApp((state) => state.read?.sides[side] !== undefined);
  return (
    <section
      aria-label={t.side[side]}
      data-pane={side}
      className={`flex min-h-[300px] min-w-0 flex-col overflow-hidden rounded-lg border bg-bg-1 max-md:min-h-[220px] ${over ? "border-dashed border-text-1" : "border-line-3"}`}
    >
      <div className="flex min-h-11 flex-wrap items-center gap-x-2.5 border-b border-line-1 px-4 max-md:py-1.5">
        <SideSign side={side} size={11} />
        <h2 className="text-heading font-bold">{t.side[side]}</h2>
        <span className="min-w-0 text-text-2">{over ? t.intake.dropFiles[side] : t.intake.side[side]}</span>
        <span className="ml-auto flex flex-wrap items-center gap-x-4">
          <ClipboardButton side={side} />
          <label className="file-button button-link cursor-pointer py-1.5">
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
        </span>
      </div>
      {texts && (
        <Suspense fallback={<div className="h-24" />}>
          <SideTexts side={side} />
        </Suspense>
      )}
      <Field side={side} more={texts} />
      {read && (
        <Suspense fallback={null}>
          <SideKinds side={side} />
        </Suspense>
      )}
    </section>
  );
}

/** Reads the clipboard as a blob, which never becomes a string of the page. */
function ClipboardButton({ side }: { side: SideName }) {
  const t = useTexts();
  const actions = useActions();
  const draft = useApp((state) => state.drafts[side]);
  if (!navigator.clipboard?.read) return null;
  const paste = async (): Promise<void> => {
    try {
      const items = await navigator.clipboard.read();
      const item = items.find((one) => one.types.includes("text/plain"));
      const text = await item?.getType("text/plain");
      if (!text || text.size === 0) return;
      if (text.size + draft.length > LARGE) actions.pasteText(side, text);
      else actions.typeText(side, `${draft}${draft === "" || draft.endsWith("\n") ? "" : "\n"}${await text.text()}`);
    } catch {
      actions.tell({ kind: "no-clipboard" });
    }
  };
  return (
    <button type="button" className="button-link py-1.5 max-md:hidden" onClick={() => void paste()}>
      {t.intake.clipboard}
    </button>
  );
}

/** Takes small pastes. Large ones never enter the field: the browser would stand still over them. */
function Field({ side, more }: { side: SideName; more: boolean }) {
  const t = useTexts();
  const actions = useActions();
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = useApp((state) => state.drafts[side]);
  const asked = useApp((state) => (state.peek[side]?.source === draftKey(side) ? state.peek[side] : undefined));
  useEffect(() => {
    const element = field.current;
    if (asked?.line === undefined || !element) return;
    const lines = element.value.split("\n");
    const from = lines.slice(0, asked.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    element.focus();
    element.setSelectionRange(from, from + (lines[asked.line - 1]?.length ?? 0));
    element.scrollTop = Math.max(0, (asked.line - 4) * 18);
  }, [asked]);
  const paste = (event: ClipboardEvent<HTMLTextAreaElement>): void => {
    if (event.clipboardData.files.length > 0) {
      event.preventDefault();
      void droppedFiles(event.clipboardData).then((files) => actions.dropFiles(side, files));
      return;
    }
    const text = event.clipboardData.getData("text/plain");
    if (text.length + draft.length <= LARGE) return;
    event.preventDefault();
    actions.pasteText(side, text);
  };
  return (
    <textarea
      ref={field}
      aria-label={`${t.side[side]}: ${t.intake.placeholder[side]}`}
      value={draft}
      onChange={(event) => actions.typeText(side, event.target.value)}
      onPaste={paste}
      placeholder={more ? t.intake.more : `${t.intake.placeholder[side]}\n\n${samples[side]}`}
      spellCheck={false}
      autoComplete="off"
      className={`mono flex-1 resize-none bg-transparent px-4 py-3 text-code whitespace-pre outline-offset-[-4px] placeholder:text-text-3 max-md:whitespace-pre-wrap ${more && draft === "" ? "min-h-[44px]" : "min-h-[150px]"}`}
    />
  );
}
