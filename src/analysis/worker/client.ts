import type { Flow } from "../../simulate/flow.ts";
import type { InputText, Reply, Request, WhatIf } from "../request.ts";
import type { AnalysisView, FlowView, ShownLine } from "../view.ts";
import type { Progress } from "./server.ts";

export type { Progress } from "./server.ts";

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

/** The analysis as the page sees it. A newer request of a kind makes the older one's answer stale (`cancelled`). */
export interface AnalysisClient {
  analyse(
    texts: readonly InputText[],
    flow: Flow | undefined,
    onProgress: (progress: Progress) => void,
  ): Promise<AnalysisView>;
  ask(
    flow: Flow,
    whatIf: readonly WhatIf[],
  ): Promise<{ readonly view: FlowView; readonly lines: Readonly<Record<string, ShownLine>> }>;
  lines(
    source: string,
    from: number,
    count: number,
  ): Promise<{ readonly lines: readonly string[]; readonly total: number }>;
  link(base: string, shown: LinkedView): Promise<string>;
  /** Stops the running analysis, at the latest after a tenth of a second. */
  cancel(): void;
}

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
  progress?(progress: Progress): void;
}

/** Time a worker has to answer a cancel before it is ended. */
const PATIENCE = 100;

export function createClient(open: OpenWire): AnalysisClient {
  let wire: Wire | undefined;
  let ids = 0;
  const waiting = new Map<number, Waiting>();

  const rejectAll = (error: NoAnswer): void => {
    const all = [...waiting.values()];
    waiting.clear();
    for (const one of all) one.reject(error);
  };
  const end = (error: NoAnswer): void => {
    wire?.close();
    wire = undefined;
    rejectAll(error);
  };
  const receive = (reply: Reply): void => {
    const one = waiting.get(reply.id);
    if (!one) return;
    if (reply.t === "progress") one.progress?.(reply);
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
    progress?: (p: Progress) => void,
  ): Promise<Reply & { t: T }> {
    const id = ++ids;
    const sent = make(id);
    return new Promise((resolve, reject) => {
      waiting.set(id, {
        kind: sent.t,
        resolve: (reply) =>
          reply.t === answer
            ? resolve(reply as Reply & { t: T })
            : reject(new NoAnswer("failed", `answered ${reply.t}`)),
        reject,
        ...(progress ? { progress } : {}),
      });
      wire ??= open(receive, (message) => end(new NoAnswer("died", message)));
      wire.send(sent);
    });
  }

  return {
    async analyse(texts, flow, onProgress) {
      drop("analyse");
      drop("ask");
      return (await request((id) => ({ t: "analyse", id, texts, ...(flow ? { flow } : {}) }), "analysed", onProgress))
        .view;
    },
    async ask(flow, whatIf) {
      drop("ask");
      const { view, lines } = await request((id) => ({ t: "ask", id, flow, whatIf }), "asked");
      return { view, lines };
    },
    async lines(source, from, count) {
      const reply = await request((id) => ({ t: "lines", id, source, from, count }), "lines");
      return { lines: reply.lines, total: reply.total };
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
  };
}
