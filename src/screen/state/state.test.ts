import { describe, expect, it } from "vitest";
import { engine as realEngine } from "../../analysis/worker/engine.ts";
import { createInlineClient } from "../../analysis/worker/inline-client.ts";
import type { Engine } from "../../analysis/worker/server.ts";
import { fixtureFlow, fixtureView } from "../diagram/testing/fixture-view.ts";
import { handClock } from "./clock.ts";
import { hurtsFlow } from "./hurts.ts";
import type { Keeper, Kept } from "./keep-actions.ts";
import { hashOf, placeOf } from "./place.ts";
import { dwell, TRAVEL } from "./play-actions.ts";
import { selectIdle } from "./selectors.ts";
import { readSettings } from "./settings.ts";
import { createAppStore } from "./store.ts";
import { timelineFor } from "./timelines.ts";

const engine: Engine = {
  ...realEngine,
  *examine(readings) {
    if (readings.broken?.segments.some((s) => s.format === "sysctl")) throw new Error("broken on purpose");
    return { view: fixtureView, examination: {} as never, readings, ask: () => ({ view: fixtureFlow, lines: {} }) };
  },
};

/** A browser's store, in memory. */
function memoryKeeper(kept?: Kept): Keeper & { kept: Kept | undefined } {
  const keeper = {
    kept,
    load: async () => keeper.kept,
    keep: async (next: Kept) => {
      keeper.kept = next;
    },
    forget: async () => {
      keeper.kept = undefined;
    },
  };
  return keeper;
}

function open(keeper: Keeper = memoryKeeper()) {
  const clock = handClock();
  const store = createAppStore({
    client: createInlineClient(engine),
    clock,
    shelf: undefined,
    keeper: async () => keeper,
    place: { page: "work" },
    settings: { language: "en", theme: "light", detail: 392 },
    systemDark: false,
  });
  return { store, clock, actions: store.actions };
}

describe("the store", () => {
  it("opens a flow at the missing step", async () => {
    const { store, actions } = open();
    await actions.openTexts([{ side: "broken", name: "x", content: "y" }]);
    const timeline = timelineFor(fixtureFlow);
    expect(timeline.moments[store.getState().moment]?.ghost).toBe("broken");
    expect(selectIdle(store.getState())).toBe(true);
  });

  it("keeps the input when the analysis fails", async () => {
    const { store, actions } = open();
    const text = "net.ipv4.ip_forward = 1\n";
    actions.typeText("broken", text);
    await actions.compare();
    expect(store.getState().work).toEqual({ status: "failed", message: "broken on purpose" });
    expect(store.getState().drafts.broken).toBe(text);
  });

  it("plays by the clock, waits longer at the divergence, and stops at the end", async () => {
    const { store, clock, actions } = open();
    await actions.openTexts([{ side: "broken", name: "x", content: "y" }]);
    actions.selectMoment(0);
    actions.play();
    clock.forward(TRAVEL + 239);
    expect(store.getState().moment).toBe(0);
    clock.forward(1);
    expect(store.getState().moment).toBe(1);
    const timeline = timelineFor(fixtureFlow);
    expect(dwell(timeline, timeline.divergence ?? -1)).toBe(1200);
    clock.forward(120_000);
    expect(store.getState()).toMatchObject({ moment: timeline.moments.length - 1, playing: false });
  });

  it("stops playing when a step is taken by hand", async () => {
    const { store, actions } = open();
    await actions.openTexts([{ side: "broken", name: "x", content: "y" }]);
    actions.selectMoment(3);
    actions.togglePlay();
    actions.stepBy(1);
    expect(store.getState()).toMatchObject({ moment: 4, playing: false });
  });
});

/** Lets the worker's double answer. */
const settled = async (store: ReturnType<typeof open>["store"]): Promise<void> => {
  while (!selectIdle(store.getState())) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe("the input", () => {
  const nat = "*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n";

  it("is read while it is put in, and again when something of it changes", async () => {
    const { store, clock, actions } = open();
    actions.pasteText("broken", nat);
    clock.forward(0);
    await settled(store);
    expect(store.getState().read?.sides.broken?.segments.map((s) => s.format)).toEqual(["iptables-save"]);
    expect(store.getState().read?.missing.map((m) => m.command)).toContain("ip addr");
    const [input] = store.getState().inputs;
    actions.moveInput(input?.key ?? "", "healthy");
    clock.forward(0);
    await settled(store);
    expect(Object.keys(store.getState().read?.sides ?? {})).toEqual(["healthy"]);
    actions.undoInput();
    expect(store.getState().inputs[0]?.side).toBe("broken");
    actions.removeInput(input?.key ?? "");
    clock.forward(0);
    await settled(store);
    expect(store.getState().read).toBeUndefined();
  });

  it("is cut into the nodes that it holds, and put together again", async () => {
    const { store, clock, actions } = open();
    const text = `[root@n1 ~]# iptables-save\n${nat}[root@n2 ~]# iptables-save\n${nat}`;
    actions.typeText("broken", text);
    clock.forward(1000);
    await settled(store);
    const nodes = store.getState().read?.sides.broken?.sources[0]?.nodes ?? [];
    expect(nodes.map((n) => n.name.en)).toEqual(["n1", "n2"]);
    actions.cutNodes("draft/broken", nodes, ["n1", "n2"], { healthy: 1, broken: 0 });
    const { inputs, drafts } = store.getState();
    expect(inputs.map((one) => [one.side, one.name])).toEqual([
      ["broken", "n1"],
      ["healthy", "n2"],
    ]);
    expect(await new Blob([inputs[1]?.content as Blob]).text()).toBe(`[root@n2 ~]# iptables-save\n${nat}`);
    expect(drafts.broken).toBe("");
    actions.undoInput();
    expect(store.getState()).toMatchObject({ inputs: [], drafts: { broken: text } });
  });

  it("survives a reload, and can be forgotten", async () => {
    const keeper = memoryKeeper();
    const first = open(keeper);
    await first.actions.restore();
    first.actions.pasteText("broken", nat);
    first.actions.typeText("healthy", "typed");
    first.clock.forward(1000);
    await settled(first.store);
    const second = open(keeper);
    await second.actions.restore();
    expect(second.store.getState()).toMatchObject({
      inputs: [{ side: "broken", name: "paste 1" }],
      drafts: { healthy: "typed" },
      notice: { kind: "restored", texts: 2 },
    });
    await second.actions.forget();
    expect(second.store.getState()).toMatchObject({ inputs: [], drafts: { healthy: "", broken: "" } });
    expect(keeper.kept).toBeUndefined();
  });

  it("says kindly that a browser keeps nothing, and works on", async () => {
    const full = { ...memoryKeeper(), keep: () => Promise.reject(new DOMException("full", "QuotaExceededError")) };
    const { store, clock, actions } = open(full);
    await actions.restore();
    actions.pasteText("broken", nat);
    clock.forward(1000);
    await settled(store);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(store.getState()).toMatchObject({
      notice: { kind: "not-kept", why: "full" },
      inputs: [{ name: "paste 1" }],
    });
  });
});

const hashes: readonly (readonly [string, ReturnType<typeof placeOf>])[] = [
  ["", { page: "work" }],
  ["#/", { page: "work" }],
  ["#/learn/incident/3", { page: "learn", slug: "incident", step: 3 }],
  ["#/learn/incident", { page: "learn", slug: "incident", step: 1 }],
  ["#v0.abc", { page: "link", fragment: "v0.abc" }],
  ["#v9.abc", { page: "link", fragment: "v9.abc" }],
  ["#/nowhere", { page: "work" }],
];
it.each(hashes)("reads the place %s", (hash, place) => {
  expect(placeOf(hash)).toEqual(place);
  expect(placeOf(hashOf(place))).toEqual(place);
});

const hurts: readonly (readonly [string, string | undefined])[] = [
  ["from the node to 10.0.0.1:443, times out", "host 10.0.0.1 443 tcp"],
  ["pod to 10.0.0.10:53 udp", "pod 10.0.0.10 53 udp"],
  ["从节点外到 192.0.2.1:30443 超时", "external 192.0.2.1 30443 tcp"],
  ["to [fd00::1]:443", "host fd00::1 443 tcp"],
  ["it is slow", undefined],
  ["10.0.0.1:99999", undefined],
];
it.each(hurts)("reads what hurts: %s", (text, flow) => {
  const got = hurtsFlow(text);
  expect(got && `${got.from} ${got.to} ${got.port} ${got.proto}`).toBe(flow);
});
it.each([
  ["times out", "times-out"],
  ["connection timed out", "times-out"],
  ["curl: (7) Failed to connect: Connection refused", "refused"],
  ["dial tcp: connect: no route to host", "no-route"],
  ["recv: Connection reset by peer", "reset"],
  ["the server sees the wrong source address", "wrong-source"],
  ["超时", "times-out"],
  ["连接被拒绝", "refused"],
  ["源地址不对", "wrong-source"],
  ["is slow", undefined],
])("reads what is seen: %s", (text, symptom) => {
  expect(hurtsFlow(`from the node to 10.0.0.1:443, ${text}`)?.symptom).toBe(symptom);
});

it.each([["{}"], ["null"], ["nonsense"], ['{"theme":"pink","detail":99999,"language":"xx"}']])(
  "takes broken settings as none: %s",
  (kept) => {
    const shelf = { getItem: () => kept, setItem: () => undefined };
    expect(readSettings(shelf, ["zh-CN"])).toEqual({ language: "zh-CN", theme: "system", detail: 392 });
  },
);
