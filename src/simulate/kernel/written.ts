import type { Scenario } from "./scenario.ts";

export const writtenScenarios = (): Scenario[] => [];
