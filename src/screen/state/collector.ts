import type { Words } from "../../base/words.ts";

/** The collector script and the ways to run it. */
export interface Collector {
  readonly script: string;
  readonly variants: readonly CollectorVariant[];
}

export interface CollectorVariant {
  readonly id: string;
  readonly title: Words;
  readonly command: string;
  readonly note: Words;
  /** As one text for a shell, the script in it. */
  readonly paste: string;
}

/** Fetched when somebody asks for it. */
export async function loadCollector(): Promise<Collector> {
  const { collectorPaste, collectorScript, collectorVariants } = await import("../../formats/collector/collector.ts");
  return {
    script: collectorScript,
    variants: collectorVariants.map((variant) => ({ ...variant, paste: collectorPaste(variant) })),
  };
}
