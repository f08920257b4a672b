import { lazy, Suspense, useEffect } from "react";
import { preloadWork } from "../state/preload.ts";
import { hasWork, selectDark, selectIdle } from "../state/selectors.ts";
import { preloadDiagram } from "./diagram/preload.ts";
import { Intake } from "./intake/intake.tsx";
import { preloadIntake } from "./intake/preload.ts";
import { useApp, useLanguage } from "./kit/store.tsx";
import { TopBar } from "./shell/top-bar.tsx";
import { WorkBar } from "./shell/work-bar.tsx";

// The first page is the input: everything else comes while the reader reads it.
const workbench = async () => {
  // with its tools above
  const [{ Workbench }] = await Promise.all([
    import("./shell/workbench.tsx"),
    import("./shell/work-tools.tsx"),
    import("./shell/share-button.tsx"),
  ]);
  return { Workbench };
};
const Workbench = lazy(async () => ({ default: (await workbench()).Workbench }));
const linkPage = () => import("./shell/link-page.tsx");
const LinkPage = lazy(async () => ({ default: (await linkPage()).LinkPage }));
const understoodPage = () => import("./understood/understood-page.tsx");
const UnderstoodPage = lazy(understoodPage);
const learnPage = () => import("./learn/learn-page.tsx");
const LearnPage = lazy(async () => ({ default: (await learnPage()).LearnPage }));

/** After the first paint everything is fetched, so that nothing is needed from the network later. */
function loadTheRest(): void {
  const load = async (): Promise<void> => {
    await workbench();
    await Promise.all([preloadDiagram(), preloadWork(), linkPage(), learnPage(), understoodPage(), preloadIntake()]);
    document.documentElement.dataset.loaded = "true";
  };
  const soon = globalThis.requestIdleCallback ?? ((then: () => void) => setTimeout(then, 200));
  soon(() => void load().catch(() => undefined)); // each chunk is asked for again where it is needed
}

/** Language, theme, idle and kept mark live on the root element, so that styles, readers and tests find them there. */
function useRootMarks(): void {
  const language = useLanguage();
  const dark = useApp(selectDark);
  const idle = useApp(selectIdle);
  const kept = useApp((state) => state.kept);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  useEffect(() => {
    document.documentElement.dataset.idle = String(idle);
  }, [idle]);
  useEffect(() => {
    document.documentElement.dataset.kept = String(kept);
  }, [kept]);
}

export function App() {
  useRootMarks();
  const place = useApp((state) => state.place);
  const working = useApp(hasWork);
  useEffect(loadTheRest, []);
  return (
    <div className="flex h-dvh flex-col max-md:h-auto max-md:min-h-dvh">
      <TopBar />
      <WorkBar />
      <Suspense fallback={<main className="flex-1" />}>
        {place.page === "learn" ? (
          <LearnPage key={place.slug} slug={place.slug} step={place.step} />
        ) : place.page === "understood" ? (
          <UnderstoodPage />
        ) : place.page === "link" ? (
          <LinkPage fragment={place.fragment} />
        ) : working ? (
          <Workbench />
        ) : (
          <Intake />
        )}
      </Suspense>
    </div>
  );
}
