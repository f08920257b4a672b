import type { RuleWord } from "./split-words.ts";

/** Letters that may have their value joined on: `-ptcp`. */
const joinable = /^-[sdiopjgmcAt]./;

export const isBang = (word: Pick<RuleWord, "text" | "quoted"> | undefined): boolean =>
  word?.text === "!" && !word.quoted;

/** May begin an option; anything else is a value. A quoted word is a value when nobody says what it is for. */
export const looksLikeOption = (word: RuleWord): boolean =>
  !word.quoted && (/^-[A-Za-z-]/.test(word.text) || word.text === "!");

/** An option's name and what is joined to it: `--name=value`, `-ptcp`. */
export function splitOption(text: string): { readonly name: string; readonly inline: string | undefined } {
  if (text.startsWith("--")) {
    const equals = text.indexOf("=");
    return equals === -1
      ? { name: text, inline: undefined }
      : { name: text.slice(0, equals), inline: text.slice(equals + 1) };
  }
  return joinable.test(text) ? { name: text.slice(0, 2), inline: text.slice(2) } : { name: text, inline: undefined };
}
