import type { Diagnostic, Severity } from "../base/diagnostic.ts";
import type { Diagnosis, SideName } from "../diagnose/finding.ts";
import { nodesIn } from "../formats/nodes.ts";
import type { Reading } from "../formats/reading.ts";
import { missingFor } from "./missing.ts";
import { shownDiagnostic, shownSource, type Texts } from "./texts.ts";
import type { ReadView, SideView } from "./view.ts";

const mostDiagnostics = 200;

/** What the page shows of the input: what was recognised, what was not, and what is missing for a firm verdict. */
export function readView(
  texts: Texts,
  readings: Readonly<Partial<Record<SideName, Reading>>>,
  diagnosis?: Diagnosis,
): ReadView {
  const { healthy, broken } = readings;
  return {
    sides: {
      ...(healthy ? { healthy: sideView(texts, healthy) } : {}),
      ...(broken ? { broken: sideView(texts, broken) } : {}),
    },
    missing: missingFor(
      {
        ...(healthy ? { healthy: healthy.snapshot } : {}),
        ...(broken ? { broken: broken.snapshot } : {}),
      },
      diagnosis,
    ),
  };
}

function sideView(texts: Texts, reading: Reading): SideView {
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  for (const d of reading.diagnostics) counts[d.severity]++;
  return {
    sources: [...reading.snapshot.sources.values()].map((source) => {
      const clashes = reading.diagnostics.filter((d) => d.code === "paste/second-node" && d.at.source === source.id);
      const nodes = nodesIn(
        source,
        reading.segments,
        clashes.map((d) => d.at.from),
      );
      return { ...shownSource(source), ...(nodes ? { nodes } : {}) };
    }),
    segments: reading.segments,
    diagnostics: gravest(reading.diagnostics, counts).map((d) => shownDiagnostic(texts, d)),
    diagnosticsInAll: reading.diagnostics.length,
    counts,
  };
}

/** The gravest `mostDiagnostics`, in the order of the text. */
function gravest(all: readonly Diagnostic[], counts: Readonly<Record<Severity, number>>): readonly Diagnostic[] {
  let room = mostDiagnostics;
  const left: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  for (const severity of ["error", "warning", "info"] as const) {
    left[severity] = Math.min(room, counts[severity]);
    room -= left[severity];
  }
  return all.filter((d) => left[d.severity]-- > 0);
}
