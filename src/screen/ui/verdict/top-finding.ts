import type { Diagnosis, Finding } from "../../../analysis/view.ts";

/** A certain or likely fault. What is merely possible, and a risk, is told without alarm. */
export const isAlarm = (finding: Finding): boolean => finding.kind === "fault" && finding.certainty !== "possible";

/** The verdict is the first alarm; a hint speaks only where there is none, a risk where there is no hint either. */
export const topFinding = (diagnosis: Diagnosis): Finding | undefined =>
  diagnosis.findings.find(isAlarm) ??
  diagnosis.findings.find((finding) => finding.kind === "fault") ??
  diagnosis.findings[0];
