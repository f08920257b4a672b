import type { ClusterNode, Pod } from "../../model/kubernetes/cluster.ts";
import { parseIp } from "../../model/net/ip.ts";
import { given } from "./object-fields.ts";
import { bareName, labelsOf, listed } from "./service-rows.ts";
import type { TableRow } from "./table.ts";

/** What a cell says; empty, `<none>` and `<unknown>` say nothing. */
const said = (row: TableRow, name: string): string | undefined => {
  const text = row.cells.get(name)?.text ?? "";
  return text === "" || text.startsWith("<") ? undefined : text;
};

/** A row of `kubectl get nodes`; only -o wide has addresses, the kernel and the container runtime. */
export function nodeOf(row: TableRow): ClusterNode {
  const status = said(row, "STATUS");
  const addresses = (name: string) =>
    listed(said(row, name) ?? "")
      .map((t) => parseIp(t))
      .filter((ip) => ip !== undefined);
  return {
    name: bareName(said(row, "NAME") ?? ""),
    ...given("ready", status === undefined ? undefined : /^Ready(?:,|$)/.test(status)),
    internalIps: addresses("INTERNAL-IP"),
    externalIps: addresses("EXTERNAL-IP"),
    podCidrs: [],
    ...given("kubeletVersion", said(row, "VERSION")),
    ...given("osImage", said(row, "OS-IMAGE")),
    ...given("kernelVersion", said(row, "KERNEL-VERSION")),
    ...given("containerRuntime", said(row, "CONTAINER-RUNTIME")),
    at: row.at,
  };
}

/** A row of `kubectl get pods`; only -o wide has the address and the node. */
export function podOf(row: TableRow, namespace: string | undefined): Pod {
  const own = said(row, "NAMESPACE") ?? namespace;
  const ip = parseIp(said(row, "IP") ?? "");
  return {
    ...given("namespace", own),
    name: bareName(said(row, "NAME") ?? ""),
    podIps: ip === undefined ? [] : [ip],
    ...given("nodeName", said(row, "NODE")),
    ...given("phase", said(row, "STATUS")),
    ...given("labels", labelsOf(row)),
    at: row.at,
  };
}
