import { type SourceText, sourceText } from "../../base/source.ts";

/** Bytes [from, to) of a text, to be read as if `is` stood there. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  /** ASCII. */
  readonly is: string;
}

/** The text as if the edits were made, in order and apart from each other; `origin` leads back to the text as pasted. */
export function edited(source: SourceText, edits: readonly Edit[]): SourceText {
  const parts: Uint8Array[] = [];
  /** Where each edit's replacement begins in the new text. */
  const begins: number[] = [];
  let length = 0;
  let done = 0;
  const put = (bytes: Uint8Array): void => {
    parts.push(bytes);
    length += bytes.length;
  };
  for (const { from, to, is } of edits) {
    put(source.bytes.subarray(done, from));
    begins.push(length);
    put(Uint8Array.from(is, (c) => c.charCodeAt(0)));
    done = to;
  }
  put(source.bytes.subarray(done));
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const origin = (offset: number): number => {
    let low = -1;
    let high = begins.length;
    while (high - low > 1) {
      const mid = (low + high) >> 1;
      if ((begins[mid] ?? 0) <= offset) low = mid;
      else high = mid;
    }
    const edit = edits[low];
    if (!edit) return offset;
    const behind = offset - (begins[low] ?? 0) - edit.is.length;
    return behind >= 0 ? edit.to + behind : edit.from;
  };
  return { ...sourceText(source.id, source.name, bytes), origin };
}
