import { useRef, useState } from "react";
import { useActions, useTexts } from "../kit/store.tsx";

/** Makes a link that carries everything after #, and copies it. What is in it never goes to a server. */
export function ShareButton() {
  const t = useTexts();
  const actions = useActions();
  const dialog = useRef<HTMLDialogElement>(null);
  const [state, setState] = useState<{ readonly says: string; readonly url?: string }>({ says: "" });
  const share = async (): Promise<void> => {
    setState({ says: t.share.making });
    dialog.current?.showModal();
    try {
      const url = await actions.makeLink(location.href.replace(/#.*$/, ""));
      try {
        await navigator.clipboard.writeText(url);
        setState({ says: t.share.done, url });
      } catch {
        setState({ says: t.share.copyByHand, url });
      }
    } catch (error) {
      setState({ says: `${t.share.failed} ${error instanceof Error ? error.message : ""}` });
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => void share()}>
        {t.top.share}
      </button>
      <dialog
        ref={dialog}
        aria-label={t.share.title}
        className="m-auto w-[min(560px,calc(100vw-32px))] rounded-lg border border-line-2 bg-bg-1 p-5 text-text-1 shadow-[var(--shadow-2)] backdrop:bg-black/30"
      >
        <h2 className="text-heading font-bold">{t.share.title}</h2>
        <p className="mt-2 text-text-2" role="status">
          {state.says}
        </p>
        {state.url && (
          <textarea
            readOnly
            value={state.url}
            rows={4}
            aria-label={t.share.copyByHand}
            className="mono mt-3 w-full rounded border border-line-3 bg-bg-0 p-2 text-code break-all"
            onFocus={(event) => event.target.select()}
          />
        )}
        <div className="mt-4 flex justify-end">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {t.share.close}
          </button>
        </div>
      </dialog>
    </>
  );
}
