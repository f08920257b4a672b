import { useEffect, useState } from "react";
import { useTexts } from "./store.tsx";

/** Copies; says that it did. Where the clipboard is forbidden it says so, and the text can be selected. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useTexts();
  const [state, setState] = useState<"ready" | "done" | "failed">("ready");
  useEffect(() => {
    if (state === "ready") return;
    const timer = setTimeout(() => setState("ready"), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState("done");
    } catch {
      setState("failed");
    }
  };
  return (
    <button type="button" className="button-link shrink-0" onClick={() => void copy()} aria-live="polite">
      {state === "done" ? t.verdict.copied : state === "failed" ? t.verdict.copyFailed : (label ?? t.verdict.copy)}
    </button>
  );
}

/** A command to copy. Long ones wrap, or scroll where there is one line for them; they are never cut. */
export function Command({ text, wrap = true }: { text: string; wrap?: boolean }) {
  return (
    <div className="flex items-center gap-3 rounded-[5px] bg-bg-2 py-1.5 pr-2.5 pl-2.5">
      <code
        className={`mono min-w-0 flex-1 text-[13px] leading-5 text-text-1 ${wrap ? "break-words whitespace-pre-wrap" : "overflow-x-auto whitespace-pre"}`}
        tabIndex={wrap ? undefined : 0}
      >
        {text}
      </code>
      <CopyButton text={text} />
    </div>
  );
}
