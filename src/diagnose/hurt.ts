import type { Flow } from "../simulate/flow.ts";

/** What somebody says of the flow that hurts: how the connection fails, or whose address the server sees. */
export const symptoms = ["times-out", "refused", "reset", "no-route", "wrong-source"] as const;
export type Symptom = (typeof symptoms)[number];

/** The flow that hurts, as somebody says it. */
export interface Hurt extends Flow {
  readonly symptom?: Symptom;
}
