import { X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { DetailBody, DetailTabs } from "./detail-pane.tsx";

/** The details on narrow screens: from the right, on a phone from below. The lanes stay usable beside it. */
export function DetailDrawer() {
  const t = useTexts();
  const actions = useActions();
  const open = useApp((state) => state.detailOpen);
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (open)
      ref.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus({ preventScroll: true });
  }, [open]);
  if (!open) return null;
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape") actions.closeDetail();
  };
  return (
    <aside ref={ref} aria-label={t.detail.label} className="detail-drawer" onKeyDown={keys}>
      <div className="flex items-center">
        <div className="min-w-0 flex-1 overflow-x-auto">
          <DetailTabs />
        </div>
        <button
          type="button"
          aria-label={t.detail.close}
          className="grid size-10 shrink-0 place-items-center"
          onClick={() => actions.closeDetail()}
        >
          <X size={18} />
        </button>
      </div>
      <DetailBody />
    </aside>
  );
}
