import { analyseSteps } from "../session.ts";
import type { Engine } from "./server.ts";

/** What the worker runs: the analysis itself. */
export const engine: Engine = { analyse: analyseSteps };
