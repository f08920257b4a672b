import { describe, expect, it } from "vitest";
import { ask } from "../testing/ask.ts";
import { dumpsOf, node } from "../testing/ipvs-node.ts";

const manager = (cidr: string) => ({
  name: "ps.txt",
  content: `root 9 1 kube-controller-manager --cluster-cidr=${cidr} --service-cluster-ip-range=10.96.0.0/12\n`,
});
/** All commands and settings that are offered as a fix. */
const fixes = (...more: { name: string; content: string }[]): string => {
  const session = ask({ broken: [...dumpsOf({ ...node, minor: 9, detector: "none" }), ...more] });
  expect(session.view.diagnosis.findings.map((f) => f.id)).toEqual(["cluster-cidr-missing"]);
  return JSON.stringify(session.view.diagnosis.findings[0]?.fix);
};

describe("the pod range of a fix", () => {
  it("is the one that the control plane was told", () => {
    expect(fixes(manager("10.244.0.0/16"))).toContain("--cluster-cidr=10.244.0.0/16");
  });
  it("is a placeholder where nothing tells it", () => {
    expect(fixes()).toContain("POD_CIDR");
    expect(fixes()).not.toContain("--cluster-cidr=10.244");
  });
  it("is no range that holds Services, or lacks this node's pods", () => {
    for (const wrong of ["10.96.0.0/12", "172.16.0.0/16"]) {
      expect(fixes(manager(wrong))).toContain("POD_CIDR");
      expect(fixes(manager(wrong))).not.toContain(`--cluster-cidr=${wrong}`);
    }
  });
});
