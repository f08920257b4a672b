import { incident } from "./incident.ts";
import type { Walkthrough } from "./walkthrough.ts";

/** In the order in which they are offered. */
export const walkthroughs: readonly Walkthrough[] = [incident];
