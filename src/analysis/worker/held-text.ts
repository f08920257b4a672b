import { collectText, type SourceText, sourceText } from "../../base/source.ts";
import type { TextReading } from "../../formats/read.ts";
import type { InputText, SentText } from "../request.ts";
import type { Engine } from "./server.ts";

/** Bytes taken out of a file at a time. */
const PIECE = 4 << 20;
/** Taking a file in is so much of the work of reading it. */
const TAKING = 0.25;

/**
 * One text in the worker: taken in once, piece by piece, and read once. Whoever asks for its reading goes on where the
 * one before stopped, so that a newer request loses nothing.
 */
export interface HeldText {
  readonly bytes: number;
  readonly wasString: boolean;
  /** Bytes of work that are done. */
  readonly done: () => number;
  readonly source: () => SourceText | undefined;
  readonly reading: () => TextReading | undefined;
  /** Adopts what may change of a text while its content stays. */
  adopt(sent: SentText): void;
  /** Goes on a little: one piece of a file, or what can be read in `stretch` milliseconds. */
  step(stretch: number): Promise<void>;
}

export function holdText(key: string, content: InputText["content"], engine: Engine): HeldText {
  let name = key;
  let asPasted = false;
  let source: SourceText | undefined;
  let reading: TextReading | undefined;
  let steps: Generator<number, TextReading> | undefined;
  let read = 0;
  let taken = 0;
  let taking: Promise<void> | undefined;
  const bytes = content instanceof Blob ? content.size : content.length;
  const collector = content instanceof Blob ? collectText(content.size) : undefined;

  const take = async (): Promise<void> => {
    if (!(content instanceof Blob) || !collector) {
      source = sourceText(key, name, content as string | Uint8Array);
      return;
    }
    const piece = new Uint8Array(await content.slice(taken, taken + PIECE).arrayBuffer());
    if (piece.length === 0 && taken < content.size) throw new Error("the file has changed on disk");
    collector.push(piece);
    taken += piece.length;
    if (taken >= content.size) source = collector.finish(key, name);
  };

  return {
    bytes,
    wasString: typeof content === "string",
    done() {
      if (reading) return bytes;
      // of UTF-16 the text has another length
      return source ? bytes * (TAKING + (read / Math.max(1, source.bytes.length)) * (1 - TAKING)) : taken * TAKING;
    },
    source: () => source,
    reading: () => reading,
    adopt(sent) {
      if (sent.name !== name) {
        name = sent.name;
        if (source) source = { ...source, name };
        if (source && reading) reading = { ...reading, source };
      }
      if ((sent.asPasted === true) !== asPasted) {
        asPasted = sent.asPasted === true;
        reading = undefined;
        steps = undefined;
        read = 0;
      }
    },
    async step(stretch) {
      if (!source) {
        taking ??= take().finally(() => {
          taking = undefined;
        });
        return taking;
      }
      const until = Date.now() + stretch;
      steps ??= engine.read(source, asPasted);
      do {
        const next = steps.next();
        if (next.done) {
          // a new name may have come in between
          reading = { ...next.value, source };
          steps = undefined;
          return;
        }
        read = next.value;
      } while (Date.now() < until);
    },
  };
}
