import type { Language } from "../../base/words.ts";

export type Theme = "light" | "dark" | "system";

export interface Settings {
  readonly language: Language;
  readonly theme: Theme;
  /** Width of the detail pane in pixels. */
  readonly detail: number;
}

/** What of `localStorage` natlens uses; absent where the browser forbids it. */
export type Shelf = Pick<Storage, "getItem" | "setItem"> | undefined;

const KEY = "natlens.settings";
export const DETAIL = { least: 320, most: 560, first: 392 } as const;

export function readSettings(shelf: Shelf, languages: readonly string[]): Settings {
  const first: Settings = {
    language: languages[0]?.toLowerCase().startsWith("zh") ? "zh-CN" : "en",
    theme: "system",
    detail: DETAIL.first,
  };
  try {
    const kept: unknown = JSON.parse(shelf?.getItem(KEY) ?? "{}");
    if (typeof kept !== "object" || kept === null) return first;
    const { language, theme, detail } = kept as Record<string, unknown>;
    return {
      language: language === "en" || language === "zh-CN" ? language : first.language,
      theme: theme === "light" || theme === "dark" || theme === "system" ? theme : first.theme,
      detail: typeof detail === "number" && detail >= DETAIL.least && detail <= DETAIL.most ? detail : first.detail,
    };
  } catch {
    return first;
  }
}

export function keepSettings(shelf: Shelf, settings: Settings): void {
  try {
    shelf?.setItem(KEY, JSON.stringify(settings));
  } catch {
    // A full or forbidden store costs the reader a preference, nothing more.
  }
}
