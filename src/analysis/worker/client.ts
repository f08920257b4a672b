import type { Words } from "../../base/words.ts";
import type { Hurt } from "../../diagnose/hurt.ts";
import type { Flow } from "../../simulate/flow.ts";
import type { InputText, Reply, Request, SentText, UnpackedFile, WhatIf } from "../request.ts";
import type { UnderstoodView } from "../understood.ts";
import type { AnalysisView, FlowView, ReadView, ShownLine } from "../view.ts";
import { headOf, linesIn, linesOf, type TextLines } from "./text-lines.ts";

export type { TextLines } from "./text-lines.ts";

export type Progress = Omit<Reply & { t: "progress" }, "t" | "id">;

/** Why a request has no answer. `died`: the worker is gone, the input is not; ask again. */
export class NoAnswer extends Error {
  readonly reason: "cancelled" | "failed" | "died";
  constructor(reason: "cancelled" | "failed" | "died", message: string = reason) {
    super(message);
    this.reason = reason;
  }
}

/** What a link shows of its dumps. */
export type LinkedView = Omit<Request & { t: "link" }, "t" | "id" | "base">;

/** What is told while an analysis runs. */
export interface Listener {
  progress(progress: Progress): void;
  /** A text is in the worker; `handle` stands in for content that came as a long string. */
  taken?(key: string, lines: number, handle: Blob | undefined): void;
}

/** The analysis as the page sees it. A newer request of a kind makes the older one's answer stale (`cancelled`). */
export interface AnalysisClient {
  /** Reads the texts and says what is in them. Texts that are known from the request before are not sent again. */
  read(texts: readonly InputText[], listener: Listener): Promise<ReadView>;
  analyse(texts: readonly InputText[], flow: Hurt | undefined, listener: Listener): Promise<AnalysisView>;
  ask(
    flow: Flow,
    whatIf: readonly WhatIf[],
  ): Promise<{ readonly view: FlowView; readonly lines: Readonly<Record<string, ShownLine>> }>;
  /** Lines of a text of the last request; `from` is 0-based. `content`: what it is, if no request had it yet. */
  lines(key: string, from: number, count: number, content?: InputText["content"]): Promise<TextLines>;
  link(base: string, shown: LinkedView): Promise<string>;
  unpack(name: string, content: Blob): Promise<{ readonly files: readonly UnpackedFile[]; readonly says?: Words }>;
  understood(): Promise<UnderstoodView>;
  /** Stops the running analysis, at the latest after a tenth of a second. */
  cancel(): void;
  /** Ends the worker, and all that it holds with it. */
  forget(): void;
}

/** A text that was sent, as the page can show it without the worker. */
interface Sent {
  readonly content: InputText["content"];
  readonly handle: Blob | undefined;
  readonly lineStarts?: Uint32Array;
}

/** Strings up to this size get a handle at once; longer ones get it from the worker. */
const SMALL = 1 << 20;

/** Whatever can be sent requests and sends replies: a worker, or the same thing in the page. */
export interface Wire {
  send(request: Request): void;
  close(): void;
}
export type OpenWire = (onReply: (reply: Reply) => void, onDeath: (message: string) => void) => Wire;

interface Waiting {
  readonly kind: Request["t"];
  resolve(reply: Reply): void;
  reject(error: NoAnswer): void;
  readonly listener?: Listener;
}

/** Time a worker has to answer a cancel before it is ended. */
const PATIENCE = 100;

export function createClient(open: OpenWire): AnalysisClient {
  let wire: Wire | undefined;
  let ids = 0;
  /** Texts of the newest analysis; what of them the worker has. */
  let sent = new Map<string, Sent>();
  let inWorker = new Set<string>();
  const waiting = new Map<number, Waiting>();

  const rejectAll = (error: NoAnswer): void => {
    const all = [...waiting.values()];
    waiting.clear();
    for (const one of all) one.reject(error);
  };
  const end = (error: NoAnswer): void => {
    wire?.close();
    wire = undefined;
    inWorker = new Set();
    rejectAll(error);
  };
  /** A text may be taken in for a request that is stale by then: what counts is that it is still wanted. */
  const taken = ({ key, bytes, lineStarts, blob }: Reply & { t: "taken" }): void => {
    const known = sent.get(key);
    const handle = blob ?? known?.handle;
    if (!known || !handle || handle.size !== bytes) return;
    sent.set(key, { content: blob ?? known.content, handle, lineStarts });
    for (const one of waiting.values()) one.listener?.taken?.(key, linesIn(handle, lineStarts), blob);
  };
  const receive = (reply: Reply): void => {
    if (reply.t === "taken") {
      taken(reply);
      return;
    }
    const one = waiting.get(reply.id);
    if (!one) return;
    if (reply.t === "progress") one.listener?.progress(reply);
    else {
      waiting.delete(reply.id);
      if (reply.t === "failed") one.reject(new NoAnswer("failed", reply.message));
      else if (reply.t === "cancelled") one.reject(new NoAnswer("cancelled"));
      else one.resolve(reply);
    }
  };
  const drop = (kind: Request["t"]): void => {
    for (const [id, one] of waiting)
      if (one.kind === kind) {
        waiting.delete(id);
        one.reject(new NoAnswer("cancelled"));
      }
  };
  function request<T extends Reply["t"]>(
    make: (id: number) => Request,
    answer: T,
    listener?: Listener,
  ): Promise<Reply & { t: T }> {
    const id = ++ids;
    wire ??= open(receive, (message) => end(new NoAnswer("died", message)));
    const made = make(id);
    const to = wire;
    return new Promise((resolve, reject) => {
      waiting.set(id, {
        kind: made.t,
        resolve: (reply) =>
          reply.t === answer
            ? resolve(reply as Reply & { t: T })
            : reject(new NoAnswer("failed", `answered ${reply.t}`)),
        reject,
        ...(listener ? { listener } : {}),
      });
      to.send(made);
    });
  }
  /** The texts as the worker needs them: with content only where it does not have it. */
  const sending = (texts: readonly InputText[]): SentText[] => {
    const before = sent;
    const counts = { healthy: 0, broken: 0 };
    sent = new Map();
    const list = texts.map(({ content, ...text }): SentText => {
      const key = text.key ?? `${text.side}/${counts[text.side]++}`;
      const known = before.get(key);
      const same = known !== undefined && known.content === content;
      sent.set(key, same ? known : { content, handle: handleOf(content) });
      return { ...text, key, ...(same && inWorker.has(key) ? {} : { content }) };
    });
    inWorker = new Set(sent.keys());
    return list;
  };
  const analysis = (texts: readonly InputText[], depth: "reading" | "verdict", flow?: Hurt) => {
    drop("analyse");
    if (depth === "verdict") drop("ask");
    return (id: number): Request => ({ t: "analyse", id, depth, texts: sending(texts), ...(flow ? { flow } : {}) });
  };

  return {
    read: async (texts, listener) => (await request(analysis(texts, "reading"), "read", listener)).view,
    analyse: async (texts, flow, listener) =>
      (await request(analysis(texts, "verdict", flow), "analysed", listener)).view,
    async ask(flow, whatIf) {
      drop("ask");
      const { view, lines } = await request((id) => ({ t: "ask", id, flow, whatIf }), "asked");
      return { view, lines };
    },
    async lines(key, from, count, content) {
      const known = sent.get(key);
      if (known?.handle) return linesOf(known.handle, known.lineStarts, from, count);
      const given = known?.content ?? content;
      if (given === undefined) return { lines: [], total: 0 };
      // of a long string no handle is made here: its begin is shown until the worker has it
      return linesOf(handleOf(given) ?? headOf(given as string), undefined, from, count);
    },
    understood: async () => (await request((id) => ({ t: "understood", id }), "understood")).all,
    async unpack(name, content) {
      const { files, says } = await request((id) => ({ t: "unpack", id, name, content }), "unpacked");
      return { files, ...(says ? { says } : {}) };
    },
    async link(base, shown) {
      const reply = await request((id) => ({ t: "link", id, base, ...shown }), "linked");
      return reply.url;
    },
    cancel() {
      const running = [...waiting].find(([, one]) => one.kind === "analyse");
      if (!running || !wire) return;
      const [id] = running;
      const asked = wire;
      asked.send({ t: "cancel", id });
      setTimeout(() => {
        if (waiting.has(id) && wire === asked) end(new NoAnswer("cancelled"));
      }, PATIENCE);
    },
    forget() {
      sent = new Map();
      end(new NoAnswer("cancelled"));
    },
  };
}

const handleOf = (content: InputText["content"]): Blob | undefined =>
  content instanceof Blob
    ? content
    : typeof content === "string"
      ? content.length > SMALL
        ? undefined
        : new Blob([content])
      : new Blob([content as Uint8Array<ArrayBuffer>]);
