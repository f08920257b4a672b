import { describe, expect, it } from "vitest";
import type { Reply, Request } from "../request.ts";
import type { AnalysisView } from "../view.ts";
import { createClient, type OpenWire } from "./client.ts";
import { serve } from "./server.ts";

const view = { sides: {}, changes: [], changesInAll: 0, lines: {} } as unknown as AnalysisView;

/** A wire whose other end is played by the test. */
function handWire() {
  const sent: Request[] = [];
  let reply: (reply: Reply) => void = () => undefined;
  let die: (message: string) => void = () => undefined;
  let opened = 0;
  const open: OpenWire = (onReply, onDeath) => {
    opened++;
    reply = onReply;
    die = onDeath;
    return { send: (request) => void sent.push(request), close: () => undefined };
  };
  return { open, sent, reply: (r: Reply) => reply(r), die: (m: string) => die(m), opened: () => opened };
}
const ignore = (): void => undefined;

describe("client", () => {
  it("makes an older analysis stale when a newer one is asked", async () => {
    const wire = handWire();
    const client = createClient(wire.open);
    const first = client.analyse([], undefined, ignore);
    const second = client.analyse([], undefined, ignore);
    await expect(first).rejects.toMatchObject({ reason: "cancelled" });
    wire.reply({ t: "analysed", id: 1, view });
    wire.reply({ t: "analysed", id: 2, view });
    expect(await second).toBe(view);
  });

  it("starts a new worker after one died, and says so to all who wait", async () => {
    const wire = handWire();
    const client = createClient(wire.open);
    const first = client.analyse([], undefined, ignore);
    wire.die("out of memory");
    await expect(first).rejects.toMatchObject({ reason: "died" });
    const again = client.analyse([], undefined, ignore);
    wire.reply({ t: "analysed", id: 2, view });
    expect(await again).toBe(view);
    expect(wire.opened()).toBe(2);
  });

  it("ends a worker that does not answer a cancel", async () => {
    const wire = handWire();
    const client = createClient(wire.open);
    const first = client.analyse([], undefined, ignore);
    client.cancel();
    await expect(first).rejects.toMatchObject({ reason: "cancelled" });
  });
});

describe("server", () => {
  it("stops between two stretches of work when it is cancelled", async () => {
    const replies: Reply[] = [];
    let steps = 0;
    const handle = serve(
      {
        *analyse() {
          for (;;) {
            steps++;
            const until = Date.now() + 20;
            while (Date.now() < until);
            yield { stage: "reading", done: steps, total: 1000 };
          }
        },
      },
      (reply) => replies.push(reply),
      () => new Promise((resolve) => setTimeout(resolve, 0)),
    );
    const running = handle({ t: "analyse", id: 1, texts: [] });
    await new Promise((resolve) => setTimeout(resolve, 60));
    await handle({ t: "cancel", id: 1 });
    await running;
    expect(replies.at(-1)).toEqual({ t: "cancelled", id: 1 });
    expect(steps).toBeLessThan(50);
  });

  it("answers a question before any analysis with a failure, not with silence", async () => {
    const replies: Reply[] = [];
    const handle = serve(
      {
        analyse: () => {
          throw new Error("unused");
        },
      },
      (r) => replies.push(r),
      async () => undefined,
    );
    await handle({ t: "lines", id: 7, source: "x", from: 0, count: 1 });
    expect(replies).toEqual([{ t: "failed", id: 7, message: "nothing was analysed yet" }]);
  });
});
