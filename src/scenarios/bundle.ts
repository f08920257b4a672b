import type { InputText } from "../analysis/request.ts";
import { incident } from "./incident/scenario.ts";
import { incidentAsReported } from "./incident-as-reported/scenario.ts";
import type { Scenario } from "./scenario.ts";

/** In the order in which they are offered. */
export const scenarios: readonly Scenario[] = [incident, incidentAsReported];

const files: Readonly<Record<string, string>> = import.meta.glob<string>("./*/*/*.txt", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The dumps of a scenario as inputs, in the order of their names. */
export function scenarioTexts(slug: string): readonly InputText[] {
  return Object.keys(files)
    .sort()
    .flatMap((path) => {
      const [, folder, side, name] = /^\.\/([^/]+)\/(healthy|broken)\/(.+)$/.exec(path) ?? [];
      const content = files[path];
      if (folder !== slug || content === undefined || name === undefined) return [];
      return [{ side: side === "healthy" ? ("healthy" as const) : ("broken" as const), name, content }];
    });
}
