import type { SourceText } from "../../base/source.ts";
import type { Words } from "../../base/words.ts";
import type { Hurt } from "../../diagnose/hurt.ts";
import type { TextReading } from "../../formats/read.ts";
import type { Reply, Request, UnpackedFile } from "../request.ts";
import type { Progress, Readings, Session, SideText } from "../session.ts";
import type { UnderstoodView } from "../understood.ts";
import type { ReadView } from "../view.ts";
import { type HeldText, holdText } from "./held-text.ts";

/** What the server calls; tests bring their own. */
export interface Engine {
  /** Reads one text; yields bytes done. */
  read(source: SourceText, asPasted: boolean): Generator<number, TextReading>;
  readings(texts: readonly SideText[]): Readings;
  view(readings: Readings): ReadView;
  understood(): UnderstoodView;
  examine(readings: Readings, flow?: Hurt): Generator<Progress, Session>;
  /** Makes a permalink; the worker does it, as only the worker has the dumps. */
  link?(texts: readonly SideText[], request: Request & { t: "link" }): string;
  /** The files of an archive; `says` where it could not be read to its end. */
  unpack?(name: string, content: Blob): Promise<{ readonly files: readonly UnpackedFile[]; readonly says?: Words }>;
}

/** Longest stretch of work without looking whether the page wants something else. */
const STRETCH = 16;
/** Text that came as a string and is so long goes back as a handle, so that the page need not keep it. */
const LARGE = 1 << 20;

/**
 * Answers requests one after the other. Works in stretches of a few milliseconds and lets messages in between, so that
 * a newer `analyse` or a `cancel` stops an older one. The texts of the newest `analyse` are kept, taken in and read.
 * `pause` resolves after waiting messages have been handled.
 */
export function serve(
  engine: Engine,
  post: (reply: Reply) => void,
  pause: () => Promise<void>,
): (request: Request) => Promise<void> {
  let running = 0;
  let session: Session | undefined;
  let shown: readonly SideText[] = [];
  let held: ReadonlyMap<string, HeldText> = new Map();
  const told = new WeakSet<HeldText>();

  return async (request) => {
    try {
      if (request.t === "cancel") {
        if (running === request.id) running = 0;
        post({ t: "cancelled", id: request.id });
      } else if (request.t === "analyse") await analyse(request);
      else if (request.t === "understood") post({ t: "understood", id: request.id, all: engine.understood() });
      else if (request.t === "unpack" && engine.unpack)
        post({ t: "unpacked", id: request.id, ...(await engine.unpack(request.name, request.content)) });
      else if (!session) post({ t: "failed", id: request.id, message: "nothing was analysed yet" });
      else if (request.t === "ask") post({ t: "asked", id: request.id, ...session.ask(request.flow, request.whatIf) });
      else if (request.t === "link" && engine.link)
        post({ t: "linked", id: request.id, url: engine.link(shown, request) });
      else post({ t: "failed", id: request.id, message: `${request.t} is not answered here` });
    } catch (error) {
      post({ t: "failed", id: request.id, message: error instanceof Error ? error.message : String(error) });
    }
  };

  async function analyse(request: Request & { t: "analyse" }): Promise<void> {
    const { id } = request;
    running = id;
    held = new Map(
      request.texts.flatMap((text) => {
        const one = text.content === undefined ? held.get(text.key) : holdText(text.key, text.content, engine);
        one?.adopt(text);
        return one ? [[text.key, one] as const] : [];
      }),
    );
    const texts = await read(request);
    if (!texts) return;
    const readings = engine.readings(texts);
    if (request.depth === "reading") {
      running = 0;
      post({ t: "read", id, view: engine.view(readings) });
      return;
    }
    const done = await drive(id, engine.examine(readings, request.flow));
    if (!done) return;
    session = done;
    shown = texts;
    running = 0;
    post({ t: "analysed", id, view: session.view });
  }

  /** Takes in and reads what is not read yet. Undefined: something newer came. */
  async function read({ id, texts }: Request & { t: "analyse" }): Promise<readonly SideText[] | undefined> {
    const total = [...held.values()].reduce((sum, one) => sum + one.bytes, 0);
    const found: SideText[] = [];
    let reported = 0;
    for (const { key, side } of texts) {
      const one = held.get(key);
      if (!one) throw new Error(`the text ${key} is not here`);
      for (let reading = one.reading(); !reading; reading = one.reading()) {
        await one.step(STRETCH);
        tell(id, one);
        if (running !== id) return undefined;
        if (Date.now() - reported > 60) {
          const done = [...held.values()].reduce((sum, each) => sum + each.done(), 0);
          post({ t: "progress", id, stage: "reading", done, total, key });
          reported = Date.now();
        }
        await pause();
        if (running !== id) return undefined;
      }
      found.push({ side, reading: one.reading() as TextReading });
    }
    return found;
  }

  /** Once a text is in, the page learns where its lines begin. */
  function tell(id: number, one: HeldText): void {
    const source = one.source();
    if (!source || told.has(one)) return;
    told.add(one);
    // places are those of the text that is shown: of UTF-16 that is not the file itself
    const other = (one.wasString && source.bytes.length > LARGE) || source.wasUtf16 === true;
    post({
      t: "taken",
      id,
      key: source.id,
      bytes: source.bytes.length,
      lineStarts: source.lineStarts,
      ...(other ? { blob: new Blob([source.bytes as Uint8Array<ArrayBuffer>]) } : {}),
    });
  }

  async function drive(id: number, work: Generator<Progress, Session>): Promise<Session | undefined> {
    let since = Date.now();
    let reported = 0;
    for (;;) {
      const next = work.next();
      if (running !== id) return undefined;
      if (next.done) return next.value;
      const now = Date.now();
      if (now - since < STRETCH) continue;
      if (now - reported > 60) {
        post({ t: "progress", id, ...next.value });
        reported = now;
      }
      await pause();
      if (running !== id) return undefined;
      since = Date.now();
    }
  }
}

/** Lets waiting messages be handled: a message to oneself comes after those that are waiting. */
export function messagePause(): () => Promise<void> {
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      channel.port2.postMessage(null);
    });
}
