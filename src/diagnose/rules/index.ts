import { clusterCidrCoversServices } from "./cluster-cidr-covers-services.ts";
import { clusterCidrMissing } from "./cluster-cidr-missing.ts";
import { markMismatch } from "./mark-mismatch.ts";
import { markRuleMissing } from "./mark-rule-missing.ts";
import { masqueradeRuleMissing } from "./masquerade-rule-missing.ts";
import type { DefectRule } from "./rule.ts";

/** The more specific cause first: a flow that one rule explains is not shown to the next. */
export const rules: readonly DefectRule[] = [
  clusterCidrCoversServices,
  clusterCidrMissing,
  markMismatch,
  masqueradeRuleMissing,
  markRuleMissing,
];
