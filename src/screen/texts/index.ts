import type { Language } from "../../base/words.ts";
import { en, type Texts } from "./en.ts";

export type { Texts } from "./en.ts";

let chinese: Texts | undefined;

/** The other language is fetched before it is shown. */
export async function loadTexts(language: Language): Promise<void> {
  if (language === "zh-CN") chinese ??= (await import("./zh-CN.ts")).zhCN;
}

export const textsIn = (language: Language): Texts => (language === "en" ? en : (chinese ?? en));
