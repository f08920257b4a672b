import { readdirSync, readFileSync } from "node:fs";
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
  ["80a-set-entry-missing-host", ["ipset-entry-missing"]],
  ["80b-set-entry-missing-pod", ["ipset-entry-missing"]],
  ["80c-node-address-other", ["node-address-on-ipvs-device"]],
  ["80d-node-address-other-pod", ["node-address-on-ipvs-device"]],
  ["80m-no-route-pod", ["endpoint-route-missing"]],
  ["80n-no-route-host", ["endpoint-route-missing"]],
  ["80p-blackhole", ["endpoint-route-missing"]],
  ["80r-forward-bridge", ["bridge-bypasses-iptables"]],
];

/** Which node has which address, as kubectl says it. */
const nodes = {
  name: "nodes",
  content: `NAME   STATUS   ROLES    AGE   VERSION   INTERNAL-IP    EXTERNAL-IP   OS-IMAGE                         KERNEL-VERSION         CONTAINER-RUNTIME
api1   Ready    master   90d   v1.13.5   10.19.9.120    <none>        Debian GNU/Linux 12 (bookworm)   6.1.0-57-cloud-amd64   docker://18.9.3
node   Ready    <none>   90d   v1.13.5   10.19.136.10   <none>        Debian GNU/Linux 12 (bookworm)   6.1.0-57-cloud-amd64   docker://18.9.3
`,
};

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
  const sides = {
    broken: [...recordedDumps(scenario), nodes],
    ...(healthy ? { healthy: recordedDumps(healthy) } : {}),
  };
  const { findings, flows } = ask(sides, flow).view.diagnosis;
  expect(findings.filter((f) => f.kind === "fault").map((f) => f.id)).toEqual(faults);
  const tried = flows.find((f) => flowId(f.flow) === flowId(flow));
  expect(made.has(tried?.broken ?? "")).toBe(connectedIn(scenario));
}

describe("a node that a kernel was asked about", () => {
  it.each(rows)("%s", (scenario, faults) => check(scenario, faults));
  it.each(beside)("%s, beside the healthy one", (scenario, faults) => check(scenario, faults, "01-healthy"));
});

/**
 * An open connection (14 minutes left) whose real server was taken away, from Linux 6.1, and what its client then got: with
 * expire_nodest_conn 0 nothing, whatever it sent again; with 1 a reset; from a server that was only drained, its answer.
 */
describe("IPVS's connections", () => {
  it.each<[node: string, findings: readonly string[]]>([
    ["80j-long-gone", ["ipvs-port-reuse"]],
    ["80k-long-gone-expire", []],
    ["80l-long-drained", []],
  ])("%s", (name, ids) => {
    const folder = new URL(`recorded/${name}/`, import.meta.url);
    const broken = readdirSync(folder).map((file) => ({
      name: file,
      content: readFileSync(new URL(file, folder), "utf8"),
    }));
    expect(ask({ broken }).view.diagnosis.findings.map((f) => f.id)).toEqual(ids);
  });
});
