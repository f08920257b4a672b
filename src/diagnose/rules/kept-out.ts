import type { Step } from "../../simulate/trace.ts";
import type { Probe } from "../probe.ts";

export type RuleStep = Step & { kind: "rule" };

const marking = /^KUBE-(?:FW-\w+|FIREWALL|FIRE-WALL|SERVICES)$/;
const dropping = /^KUBE-(?:PROXY-FIREWALL|SOURCE-RANGES-FIREWALL|IPVS-OUT-FILTER)$/;

/** The rule that keeps out who is in no range. */
export const keptOutBy = (p: Probe): RuleStep | undefined =>
  p.trace.steps.find(
    (s): s is RuleStep =>
      s.kind === "rule" &&
      s.direction === "original" &&
      ((s.target === "KUBE-MARK-DROP" && s.place.table === "nat" && marking.test(s.place.chain)) ||
        (s.target === "DROP" && s.place.table === "filter" && dropping.test(s.place.chain))),
  );
