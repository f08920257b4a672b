/** A sentence for people, in every language natlens speaks. It lives beside the code that knows the fact. */
export interface Words {
  readonly en: string;
  readonly "zh-CN": string;
}
export type Language = keyof Words;

export const words = (en: string, zh: string): Words => ({ en, "zh-CN": zh });
/** A token that is the same in every language: an address, a chain, a flag. */
export const verbatim = (text: string): Words => ({ en: text, "zh-CN": text });
