import type { Diagnosis, Finding } from "../../../analysis/view.ts";

/** The verdict is the first fault; a risk speaks only where nothing is broken. */
export const topFinding = (diagnosis: Diagnosis): Finding | undefined =>
  diagnosis.findings.find((finding) => finding.kind === "fault") ?? diagnosis.findings[0];
