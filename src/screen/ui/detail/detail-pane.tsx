import type { DetailView } from "../../state/store.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { TabList } from "../kit/tab-list.tsx";
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

export function DetailTabs() {
  const t = useTexts();
  const actions = useActions();
  const detail = useApp((state) => state.detail);
  return (
    <div className="shrink-0 px-3">
      <TabList
        id="tab"
        panel="detail-body"
        label={t.detail.label}
        tabs={tabs.map((id) => ({ id, name: t.detail.tabs[id] }))}
        chosen={detail}
        onChoose={actions.showDetail}
      />
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
