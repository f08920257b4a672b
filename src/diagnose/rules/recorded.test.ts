import { describe, expect, it } from "vitest";
import { flowId } from "../../simulate/flow.ts";
import { connectedIn, flowIn, recordedDumps } from "../../simulate/testing/node.ts";
import { ask } from "../testing/ask.ts";

/**
 * Damaged nodes of which a kernel itself said whether the connection is made (Linux 6.1, the recordings of
 * simulate/conformance): the cause is named, and the flow that was tried ends as it did there.
 */
const rows: readonly (readonly [scenario: string, faults: readonly string[]])[] = [
  ["01-healthy", []],
  ["02-broken", ["cluster-cidr-missing"]],
  ["05-wrong-cidr", ["cluster-cidr-covers-services"]],
  ["06a-pod-healthy", []],
  ["10a-local-endpoint-healthy", []],
  ["11a-nodeport-ext", []],
  ["12a-vsct0-host", ["ipvs-conntrack-off"]],
  ["12b-vsct0-pod", ["ipvs-conntrack-off"]],
  ["13a-no-rs", ["no-endpoints"]],
  ["13b-weight0-pod", ["no-endpoints"]],
  ["14a-forward-drop-pod", ["forward-policy-drop"]],
  ["16a-not-bound-host", ["service-address-not-bound"]],
  ["16b-not-bound-pod", ["service-address-not-bound"]],
  ["21-own-nodeport", []],
  ["55-mark-mismatch", ["mark-mismatch"]],
];

/** The same beside the healthy node. */
const beside: typeof rows = [
  ["02-broken", ["cluster-cidr-missing"]],
  ["05-wrong-cidr", ["cluster-cidr-covers-services"]],
  ["06a-pod-healthy", []],
  ["12a-vsct0-host", ["ipvs-conntrack-off"]],
  ["13a-no-rs", ["no-real-servers"]],
  ["13b-weight0-pod", ["no-real-servers"]],
  ["14a-forward-drop-pod", ["forward-policy-drop"]],
  ["16b-not-bound-pod", ["service-address-not-bound"]],
  ["55-mark-mismatch", ["mark-mismatch"]],
];

const made = new Set(["delivered", "wrong-source", "wrong-destination"]);

function check(scenario: string, faults: readonly string[], healthy?: string): void {
  const flow = flowIn(scenario);
  const sides = { broken: recordedDumps(scenario), ...(healthy ? { healthy: recordedDumps(healthy) } : {}) };
  const { findings, flows } = ask(sides, flow).view.diagnosis;
  expect(findings.filter((f) => f.kind === "fault").map((f) => f.id)).toEqual(faults);
  const tried = flows.find((f) => flowId(f.flow) === flowId(flow));
  expect(made.has(tried?.broken ?? "")).toBe(connectedIn(scenario));
}

describe("a node that a kernel was asked about", () => {
  it.each(rows)("%s", (scenario, faults) => check(scenario, faults));
  it.each(beside)("%s, beside the healthy one", (scenario, faults) => check(scenario, faults, "01-healthy"));
});
