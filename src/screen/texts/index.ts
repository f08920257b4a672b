import type { Language } from "../../base/words.ts";
import { en, type Texts } from "./en.ts";
import { zhCN } from "./zh-CN.ts";

export type { Texts } from "./en.ts";

export const textsIn = (language: Language): Texts => (language === "en" ? en : zhCN);
