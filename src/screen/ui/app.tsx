import { useEffect } from "react";
import { hasWork, selectDark, selectIdle } from "../state/selectors.ts";
import { Intake } from "./intake/intake.tsx";
import { useApp, useLanguage } from "./kit/store.tsx";
import { LearnPage } from "./learn/learn-page.tsx";
import { LinkPage } from "./shell/link-page.tsx";
import { TopBar } from "./shell/top-bar.tsx";
import { WorkBar } from "./shell/work-bar.tsx";
import { Workbench } from "./shell/workbench.tsx";

/** Language, theme and idle mark live on the root element, so that styles, readers and tests find them there. */
function useRootMarks(): void {
  const language = useLanguage();
  const dark = useApp(selectDark);
  const idle = useApp(selectIdle);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  useEffect(() => {
    document.documentElement.dataset.idle = String(idle);
  }, [idle]);
}

export function App() {
  useRootMarks();
  const place = useApp((state) => state.place);
  const working = useApp(hasWork);
  return (
    <div className="flex h-dvh flex-col max-md:h-auto max-md:min-h-dvh">
      <TopBar />
      <WorkBar />
      {place.page === "learn" ? (
        <LearnPage key={place.slug} slug={place.slug} step={place.step} />
      ) : place.page === "link" ? (
        <LinkPage fragment={place.fragment} />
      ) : working ? (
        <Workbench />
      ) : (
        <Intake />
      )}
    </div>
  );
}
