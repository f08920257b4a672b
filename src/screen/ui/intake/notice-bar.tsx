import { X } from "lucide-react";
import type { Notice } from "../../state/store.ts";
import type { Texts } from "../../texts/index.ts";
import { sizeWords } from "../kit/size-words.ts";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";

/** What was just done to the input, what came back from the last visit, and how to take either away. */
export default function NoticeBar() {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  const notice = useApp((state) => state.notice);
  const fromLink = useApp((state) => state.fromLink);
  const unpacking = useApp((state) => state.unpacking);
  const full = useApp((state) => state.inputs.length > 0 || state.drafts.healthy !== "" || state.drafts.broken !== "");
  const lines = [
    ...unpacking.map((name) => t.input.unpacking(name)),
    ...(notice ? [noticeWords(notice, t, say)] : fromLink ? [t.input.fromLink] : []),
  ];
  return (
    <div className="mt-5 flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
      <p role="status" className="min-w-0 text-text-2">
        {lines.join(" ")}
      </p>
      {notice && "before" in notice && (
        <button type="button" className="button-link" onClick={() => actions.undoInput()}>
          {t.input.undo}
        </button>
      )}
      {fromLink && !notice && (
        <button type="button" className="button-link" onClick={() => void actions.restore()}>
          {t.input.ownInput}
        </button>
      )}
      {notice && (
        <button
          type="button"
          aria-label={t.input.dismiss}
          className="grid size-6 place-items-center text-text-2 hover:text-text-1 max-md:size-8"
          onClick={() => actions.tell(undefined)}
        >
          <X size={14} />
        </button>
      )}
      {full && (
        <button type="button" className="button-link ml-auto" onClick={() => void actions.forget()}>
          {t.intake.forget}
        </button>
      )}
    </div>
  );
}

function noticeWords(notice: Notice, t: Texts, say: ReturnType<typeof useSay>): string {
  switch (notice.kind) {
    case "removed":
      return t.input.removed(notice.name);
    case "moved":
      return t.input.moved(notice.name);
    case "split":
      return t.input.split(notice.name);
    case "archive":
      return notice.says ? `${notice.name}: ${say(notice.says)}` : t.input.archive(notice.name);
    case "restored":
      return t.input.restored(notice.texts, sizeWords(notice.bytes));
    case "forgotten":
      return t.input.forgotten;
    case "not-kept":
      return notice.why === "full" ? t.input.full : t.input.forbidden;
    case "no-clipboard":
      return t.input.noClipboard;
  }
}
