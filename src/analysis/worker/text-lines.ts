/** Bytes of a line that are shown: one line may be as long as the text. */
export const mostOfLine = 4000;
/** Bytes at a text's begin that are shown before its lines are known. */
const HEAD = 64 * 1024;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export interface TextLines {
  readonly lines: readonly string[];
  readonly total: number;
  /** The text is still being taken in: only its begin is known. */
  readonly begun?: true;
}

/**
 * Lines [from, from + count) (0-based) of a text by its handle. The page reads them itself: they are there while the
 * worker takes the text in, while it works, and after it died.
 */
export async function linesOf(
  content: Blob,
  lineStarts: Uint32Array | undefined,
  from: number,
  count: number,
): Promise<TextLines> {
  if (!lineStarts) {
    const cut = content.size > HEAD;
    const lines = (await textOf(content, 0, HEAD)).split("\n");
    if (cut || lines[lines.length - 1] === "") lines.pop(); // the last one may be half a line
    return {
      lines: lines.slice(from, from + count).map(shortened),
      total: lines.length,
      ...(cut ? { begun: true } : {}),
    };
  }
  const total = linesIn(content, lineStarts);
  const first = Math.max(0, from);
  const last = Math.min(total, first + count);
  if (last <= first) return { lines: [], total };
  const start = (line: number): number => lineStarts[line] ?? content.size;
  if (start(last) - start(first) <= (last - first) * mostOfLine) {
    const text = await textOf(content, start(first), start(last));
    return { lines: text.replace(/\n$/, "").split("\n").map(shortened), total };
  }
  const wanted = Array.from({ length: last - first }, (_, i) => first + i);
  const lines = await Promise.all(
    wanted.map((line) => textOf(content, start(line), Math.min(start(line + 1), start(line) + mostOfLine + 4))),
  );
  return { lines: lines.map((text) => shortened(text.replace(/\n$/, ""))), total };
}

/** The begin of a long string, as much as is shown before its lines are known. */
export const headOf = (content: string): Blob => new Blob([content.slice(0, HEAD + 1)]);

/** What follows the last line end is a line only if there is something. */
export const linesIn = (content: Blob, lineStarts: Uint32Array): number =>
  lineStarts[lineStarts.length - 1] === content.size ? lineStarts.length - 1 : lineStarts.length;

const shortened = (line: string): string => (line.length > mostOfLine ? `${line.slice(0, mostOfLine)}…` : line);

const textOf = async (content: Blob, from: number, to: number): Promise<string> =>
  decoder.decode(await content.slice(from, to).arrayBuffer());
