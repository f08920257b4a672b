import { describe, expect, it } from "vitest";
import type { Reply, Request } from "../request.ts";
import type { AnalysisView } from "../view.ts";
import { createClient, type Listener, type OpenWire } from "./client.ts";
import { engine } from "./engine.ts";
import { createInlineClient } from "./inline-client.ts";
import { type Engine, serve } from "./server.ts";

const view = { sides: {}, changes: [], changesByClass: {}, lines: {} } as unknown as AnalysisView;
const ignore: Listener = { progress: () => undefined };

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

const contents = (request: Request | undefined): unknown[] =>
  request?.t === "analyse" ? request.texts.map((text) => [text.key, text.side, text.content]) : [];

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

  it("sends a text once, until it is another one or the worker is", () => {
    const wire = handWire();
    const client = createClient(wire.open);
    const large = new Blob(["*nat\nCOMMIT\n"]);
    const ask = (...texts: Parameters<typeof client.read>[0]): unknown[] => {
      client.read(texts, ignore).catch(() => undefined);
      return contents(wire.sent[wire.sent.length - 1]);
    };
    const a = { key: "a", side: "broken", name: "a", content: large } as const;
    const b = { key: "b", side: "broken", name: "b", content: "typed" } as const;
    expect(ask(a)).toEqual([["a", "broken", large]]);
    expect(ask({ ...a, side: "healthy" }, b)).toEqual([
      ["a", "healthy", undefined],
      ["b", "broken", "typed"],
    ]);
    expect(ask(a, { ...b, content: "typed on" })).toEqual([
      ["a", "broken", undefined],
      ["b", "broken", "typed on"],
    ]);
    wire.die("out of memory");
    expect(ask(a, b)).toEqual([
      ["a", "broken", large],
      ["b", "broken", "typed"],
    ]);
  });

  it("shows lines of a text at once, and any line when they are known; never a whole endless line", async () => {
    const wire = handWire();
    const client = createClient(wire.open);
    const text = `${"x".repeat(90_000)}\nsecond\n第三\r\n`;
    const content = new Blob([text]);
    client.read([{ key: "t", side: "broken", name: "t", content }], ignore).catch(() => undefined);
    expect(await client.lines("t", 0, 10)).toEqual({ lines: [], total: 0, begun: true });
    const lineStarts = new Uint32Array([0, 90_001, 90_008, content.size]);
    wire.reply({ t: "taken", id: 1, key: "t", bytes: content.size, lineStarts });
    expect(await client.lines("t", 1, 10)).toEqual({ lines: ["second", "第三\r"], total: 3 });
    const [first = ""] = (await client.lines("t", 0, 1)).lines;
    expect(first.length).toBeLessThan(5000);
    expect(await client.lines("gone", 0, 1)).toEqual({ lines: [], total: 0 });
  });

  it("shows the begin of a long string at once, before the worker has it, and before it is sent", async () => {
    const content = "a rule\n".repeat(200_000);
    const begin = { lines: ["a rule", "a rule"], begun: true };
    const client = createClient(handWire().open);
    expect(await client.lines("t", 0, 2, content)).toMatchObject(begin);
    client.read([{ key: "t", side: "broken", name: "t", content }], ignore).catch(() => undefined);
    expect(await client.lines("t", 0, 2)).toMatchObject(begin);
  });

  it("shows a UTF-16 file as the text it is, with the places of what was read in it", async () => {
    const text = "$ ip rule\r\n0:\tfrom all lookup local\r\n1:\tfrom all nat\r\n";
    const units = Array.from(`\ufeff${text}`, (c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]);
    const content = new Blob([Uint8Array.from(units.flat())]);
    const client = createInlineClient(engine);
    let handle: Blob | undefined;
    const taken = (_key: string, _lines: number, blob: Blob | undefined): void => {
      handle = blob;
    };
    const view = await client.read([{ key: "t", side: "broken", name: "t", content }], { ...ignore, taken });
    expect(view.sides.broken?.diagnostics.map((d) => [d.code, d.line, d.column])).toEqual([
      ["paste/utf-16", 1, 1],
      ["ip-rule/not-modelled", 3, 1],
    ]);
    expect((await client.lines("t", 2, 1)).lines).toEqual(["1:\tfrom all nat\r"]);
    expect(await handle?.text()).toBe(text);
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

/** The real engine, counting what it reads. */
function countingEngine(): { engine: Engine; reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    engine: {
      ...engine,
      read(source, asPasted) {
        reads.push(`${source.id} ${source.bytes.length} ${asPasted}`);
        return engine.read(source, asPasted);
      },
    },
  };
}

describe("server", () => {
  const nat = "*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n";

  it("reads a text once, whatever side it stands on and whatever comes beside it", async () => {
    const { engine: counted, reads } = countingEngine();
    const client = createInlineClient(counted);
    const rules = { key: "rules", name: "rules", content: new Blob([nat]) };
    const sysctl = { key: "sysctl", name: "sysctl", content: "net.ipv4.ip_forward = 1\n" };
    const one = await client.read([{ ...rules, side: "broken" }], ignore);
    expect(one.sides.broken?.segments.map((s) => s.format)).toEqual(["iptables-save"]);
    const both = await client.read(
      [
        { ...rules, side: "healthy", name: "renamed" },
        { ...sysctl, side: "broken" },
      ],
      ignore,
    );
    expect(both.sides.healthy?.sources).toMatchObject([{ id: "rules", name: "renamed", bytes: nat.length, lines: 4 }]);
    expect(both.sides.broken?.segments.map((s) => s.format)).toEqual(["sysctl"]);
    await client.analyse(
      [
        { ...rules, side: "healthy" },
        { ...sysctl, side: "broken" },
      ],
      undefined,
      ignore,
    );
    expect(reads).toEqual([`rules ${nat.length} false`, "sysctl 24 false"]);
  });

  it("loses nothing of a text that is being read when another comes", async () => {
    const { engine: counted, reads } = countingEngine();
    const client = createInlineClient(counted);
    const large = { key: "large", side: "broken", name: "large", content: new Blob([nat.repeat(500)]) } as const;
    const first = client.read([large], ignore);
    const second = client.read([large, { key: "more", side: "broken", name: "more", content: nat }], ignore);
    await expect(first).rejects.toMatchObject({ reason: "cancelled" });
    expect((await second).sides.broken?.sources.map((s) => s.id)).toEqual(["large", "more"]);
    expect(reads).toHaveLength(2);
  });

  it("stops between two stretches of work when it is cancelled", async () => {
    const replies: Reply[] = [];
    let steps = 0;
    const handle = serve(
      {
        ...engine,
        *examine() {
          for (;;) {
            steps++;
            const until = Date.now() + 20;
            while (Date.now() < until);
            yield { stage: "simulating", done: steps, total: 1000 };
          }
        },
      },
      (reply) => replies.push(reply),
      () => new Promise((resolve) => setTimeout(resolve, 0)),
    );
    const running = handle({ t: "analyse", id: 1, texts: [], depth: "verdict" });
    await new Promise((resolve) => setTimeout(resolve, 60));
    await handle({ t: "cancel", id: 1 });
    await running;
    expect(replies.at(-1)).toEqual({ t: "cancelled", id: 1 });
    expect(steps).toBeLessThan(50);
  });

  it("answers a question before any analysis with a failure, not with silence", async () => {
    const replies: Reply[] = [];
    const handle = serve(
      engine,
      (r) => replies.push(r),
      async () => undefined,
    );
    await handle({ t: "link", id: 7, base: "x" });
    expect(replies).toEqual([{ t: "failed", id: 7, message: "nothing was analysed yet" }]);
  });
});
