import { fixtureFlow, fixtureView } from "../../screen/fixture-view.ts";
import type { Engine } from "./server.ts";

export const engine: Engine = {
  *analyse() {
    yield { stage: "reading", done: 1, total: 1 };
    return {
      view: fixtureView,
      ask: () => ({ view: fixtureFlow, lines: fixtureView.lines }),
      lines: (_source, from, count) => ({ lines: Array.from({ length: Math.min(count, 60 - from) }, (_, i) => `-A KUBE-SERVICES line ${from + i}`), total: 60 }),
    };
  },
};
