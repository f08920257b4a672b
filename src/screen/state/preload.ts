import { loadTexts } from "../texts/index.ts";
import { loadCollector } from "./collector.ts";

/** What works without a network from then on: the worker, the examples, the lessons, links, the collector. Nothing of it runs yet. */
export const preloadWork = (): Promise<unknown> =>
  Promise.all([
    import("../../analysis/worker/spawn.ts"),
    import("./keeper.ts"),
    import("./work-actions.ts"),
    import("../../scenarios/bundle.ts"),
    import("../../learn/index.ts"),
    import("../../share/permalink.ts"),
    loadCollector(),
    loadTexts("zh-CN"),
  ]);
