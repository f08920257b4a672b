import { lazy, Suspense } from "react";
import { hasWork } from "../../state/selectors.ts";
import type { Theme } from "../../state/settings.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { MIDDLE, useMedia, WIDE } from "../kit/use-media.ts";

// Only what is worked on has a flow, views and a link.
const WorkTools = lazy(async () => ({ default: (await import("./work-tools.tsx")).WorkTools }));
const ShareButton = lazy(async () => ({ default: (await import("./share-button.tsx")).ShareButton }));

/** 48 px: name, flow, views, language, theme, share. */
export function TopBar() {
  const t = useTexts();
  const actions = useActions();
  const wide = useMedia(WIDE);
  const middle = useMedia(MIDDLE);
  const working = useApp((state) => hasWork(state) && (state.place.page === "work" || state.link?.status === "open"));
  return (
    <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-5 gap-y-1 border-b border-line-1 bg-bg-1 px-4 max-xl:py-1 max-xl:gap-x-3 max-md:gap-x-1 max-md:px-3 max-md:pb-2">
      <button
        type="button"
        className="text-[17px] leading-7 font-bold tracking-tight"
        aria-label={t.top.home}
        onClick={() => {
          actions.goTo({ page: "work" });
          actions.editInput();
        }}
      >
        {t.name}
      </button>
      {working && (
        <Suspense fallback={null}>
          <WorkTools />
        </Suspense>
      )}
      <div className="ml-auto flex items-center gap-5 max-md:gap-2">
        {!working && middle && <UnderstoodLink />}
        {wide || (middle && !working) ? (
          <>
            <LanguageSwitch />
            <ThemeSwitch />
          </>
        ) : (
          <SettingsMenu />
        )}
        {working && (
          <Suspense fallback={null}>
            <ShareButton />
          </Suspense>
        )}
      </div>
    </header>
  );
}

/** Where there is less room language and theme stand behind one button. */
function SettingsMenu() {
  const t = useTexts();
  return (
    <>
      <button
        type="button"
        popoverTarget="settings"
        aria-label={t.top.settings}
        className="grid size-11 place-items-center"
      >
        <svg width="20" height="20" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true">
          <circle cx="4" cy="10" r="1.7" />
          <circle cx="10" cy="10" r="1.7" />
          <circle cx="16" cy="10" r="1.7" />
        </svg>
      </button>
      <div id="settings" popover="auto" className="settings-menu">
        <LanguageSwitch />
        <ThemeSwitch />
        <UnderstoodLink />
      </div>
    </>
  );
}

function UnderstoodLink() {
  const t = useTexts();
  const actions = useActions();
  return (
    <button
      type="button"
      className="min-h-8 rounded px-1.5 text-text-2 hover:text-text-1"
      onClick={() => actions.goTo({ page: "understood" })}
    >
      {t.understood.title}
    </button>
  );
}

function LanguageSwitch() {
  const t = useTexts();
  const actions = useActions();
  const language = useApp((state) => state.settings.language);
  return (
    <fieldset className="flex items-center gap-0.5" aria-label={t.top.language}>
      {(
        [
          ["en", "EN"],
          ["zh-CN", "中文"],
        ] as const
      ).map(([code, name]) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={language === code}
          onClick={() => actions.chooseLanguage(code)}
          className="min-h-8 rounded px-1.5 text-text-2 aria-pressed:font-bold aria-pressed:text-text-1"
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

const themes: readonly Theme[] = ["light", "dark", "system"];

function ThemeSwitch() {
  const t = useTexts();
  const actions = useActions();
  const theme = useApp((state) => state.settings.theme);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
  return (
    <button
      type="button"
      onClick={() => actions.chooseTheme(next)}
      className="min-h-8 rounded px-1.5 text-text-2 hover:text-text-1"
      aria-label={`${t.top.theme}: ${t.top.themes[theme]}`}
    >
      {t.top.themes[theme]}
    </button>
  );
}
