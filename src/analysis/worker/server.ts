import type { Flow } from "../../simulate/flow.ts";
import type { InputText, Reply, Request, WhatIf } from "../request.ts";
import type { AnalysisView, FlowView, ShownLine } from "../view.ts";

export interface Progress {
  readonly stage: "reading" | "comparing" | "simulating";
  readonly done: number;
  readonly total: number;
}

/** What the analysis leaves behind for later questions. The dumps stay in it. */
export interface Session {
  readonly view: AnalysisView;
  ask(
    flow: Flow,
    whatIf: readonly WhatIf[],
  ): { readonly view: FlowView; readonly lines: Readonly<Record<string, ShownLine>> };
  lines(source: string, from: number, count: number): { readonly lines: readonly string[]; readonly total: number };
}

/** A text as the analysis takes it; blobs are read before. */
export interface ReadText extends Omit<InputText, "content"> {
  readonly content: string | Uint8Array;
}

export interface Engine {
  analyse(texts: readonly ReadText[], flow?: Flow): Generator<Progress, Session>;
  /** Makes a permalink; the worker does it, as only the worker has the dumps. */
  link?(texts: readonly ReadText[], request: Request & { t: "link" }): string;
}

/** Longest stretch of work without looking whether the page wants something else. */
const STRETCH = 16;

/**
 * Answers requests one after the other. Works in stretches of a few milliseconds and lets messages in between, so that
 * a newer `analyse` or a `cancel` stops an older one. `pause` resolves after waiting messages have been handled.
 */
export function serve(
  engine: Engine,
  post: (reply: Reply) => void,
  pause: () => Promise<void>,
): (request: Request) => Promise<void> {
  let running = 0;
  let session: Session | undefined;
  let texts: readonly ReadText[] = [];

  return async (request) => {
    try {
      if (request.t === "cancel") {
        if (running === request.id) running = 0;
        post({ t: "cancelled", id: request.id });
      } else if (request.t === "analyse") await analyse(request);
      else if (!session) post({ t: "failed", id: request.id, message: "nothing was analysed yet" });
      else if (request.t === "ask") post({ t: "asked", id: request.id, ...session.ask(request.flow, request.whatIf) });
      else if (request.t === "lines") {
        const { source, from, count } = request;
        post({ t: "lines", id: request.id, source, from, ...session.lines(source, from, count) });
      } else if (engine.link)
        post({
          t: "linked",
          id: request.id,
          url: engine.link(texts, request),
        });
      else post({ t: "failed", id: request.id, message: "links are not made yet" });
    } catch (error) {
      post({ t: "failed", id: request.id, message: error instanceof Error ? error.message : String(error) });
    }
  };

  async function analyse(request: Request & { t: "analyse" }): Promise<void> {
    const { id } = request;
    running = id;
    const read = await Promise.all(request.texts.map(readText));
    if (running !== id) return;
    const work = engine.analyse(read, request.flow);
    let since = Date.now();
    let reported = 0;
    for (;;) {
      const next = work.next();
      if (running !== id) return;
      if (next.done) {
        session = next.value;
        texts = read;
        running = 0;
        post({ t: "analysed", id, view: session.view });
        return;
      }
      const now = Date.now();
      if (now - since < STRETCH) continue;
      if (now - reported > 60) {
        post({ t: "progress", id, ...next.value });
        reported = now;
      }
      await pause();
      if (running !== id) return;
      since = Date.now();
    }
  }
}

async function readText(text: InputText): Promise<ReadText> {
  const { content } = text;
  return typeof content === "string" || content instanceof Uint8Array
    ? { ...text, content }
    : { ...text, content: new Uint8Array(await content.arrayBuffer()) };
}

/** Lets waiting messages be handled: a message to oneself comes after those that are waiting. */
export function messagePause(): () => Promise<void> {
  const channel = new MessageChannel();
  let resume: (() => void) | undefined;
  channel.port1.onmessage = () => resume?.();
  return () =>
    new Promise((resolve) => {
      resume = resolve;
      channel.port2.postMessage(null);
    });
}
