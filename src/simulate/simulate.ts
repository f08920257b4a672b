import { assert } from "../base/assert.ts";
import type { Flow } from "./flow.ts";
import type { Simulation } from "./trace.ts";
import type { World } from "./world.ts";

/** Follows one flow through the node and its reply back, once for each way the kernel may choose. Never throws. */
export function simulate(world: World, flow: Flow): Simulation {
  assert(world.snapshot && flow, "not built yet");
  throw new Error("natlens bug: the simulation is not built yet");
}
