/** The collector script and the ways to run it, loaded when somebody asks for them. */
export const loadCollector = (): Promise<typeof import("../../formats/collector/collector.ts")> =>
  import("../../formats/collector/collector.ts");
