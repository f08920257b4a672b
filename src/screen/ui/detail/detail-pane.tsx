import { type KeyboardEvent, useRef } from "react";
import type { DetailView } from "../../state/store.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { VerdictDetail } from "../verdict/verdict-detail.tsx";
import { StepDetail } from "./step-detail.tsx";
import { StepList } from "./step-list.tsx";
import { WhatIfPanel } from "./what-if-panel.tsx";

const tabs: readonly DetailView[] = ["step", "steps", "verdict", "what-if"];

export function DetailPane({ width }: { width: number }) {
  const t = useTexts();
  return (
    <aside aria-label={t.detail.label} className="flex min-h-0 shrink-0 flex-col bg-bg-1" style={{ width }}>
      <DetailTabs />
      <DetailBody />
    </aside>
  );
}

/** Tabs with one tab stop; arrows move between them. */
export function DetailTabs() {
  const t = useTexts();
  const actions = useActions();
  const detail = useApp((state) => state.detail);
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const next = tabs[(tabs.indexOf(detail) + by + tabs.length) % tabs.length] ?? "step";
    actions.showDetail(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label={t.detail.label}
      onKeyDown={move}
      className="flex shrink-0 gap-1 border-b border-line-1 px-3"
    >
      {tabs.map((tab) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          aria-selected={detail === tab}
          aria-controls="detail-body"
          tabIndex={detail === tab ? 0 : -1}
          onClick={() => actions.showDetail(tab)}
          className="border-b-2 border-transparent px-2 py-2 text-text-2 hover:text-text-1 aria-selected:border-text-1 aria-selected:font-bold aria-selected:text-text-1 max-md:min-h-11"
        >
          {t.detail.tabs[tab]}
        </button>
      ))}
    </div>
  );
}

export function DetailBody() {
  const detail = useApp((state) => state.detail);
  return (
    <div
      id="detail-body"
      role="tabpanel"
      aria-labelledby={`tab-${detail}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto px-5 py-4"
    >
      {detail === "verdict" ? (
        <VerdictDetail />
      ) : detail === "steps" ? (
        <StepList />
      ) : detail === "what-if" ? (
        <WhatIfPanel />
      ) : (
        <StepDetail />
      )}
    </div>
  );
}
