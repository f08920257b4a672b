/** A sentence for people, in every language natlens speaks. It lives beside the code that knows the fact. */
export interface Words {
  readonly en: string;
  readonly "zh-CN": string;
}
export type Language = keyof Words;

export const words = (en: string, zh: string): Words => ({ en, "zh-CN": zh });
/** A token that is the same in every language: an address, a chain, a flag. */
export const verbatim = (text: string): Words => ({ en: text, "zh-CN": text });
/** English tells one thing from many: `1 line tells`, `3 lines tell`. Chinese does not. */
export const numbered = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
