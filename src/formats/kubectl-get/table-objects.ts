import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import type { Endpoint, Service, ServicePort } from "../../model/kubernetes/service.ts";
import { parseIp } from "../../model/net/ip.ts";
import { addressPort } from "../address-port.ts";
import type { Lines } from "../format.ts";
import type { TableRow } from "./table.ts";

const list = (text: string): string[] =>
  text
    .split(",")
    .map((t) => t.trim())
    .filter((t) => t !== "" && !t.startsWith("<") && t !== "None");
const bareName = (text: string): string => text.slice(text.indexOf("/") + 1);

/** A row of `kubectl get service`, any width. */
export function serviceOf(
  row: TableRow,
  lines: Lines,
  diagnostics: Diagnostic[],
  namespace: string | undefined,
): Service {
  const cell = (name: string): string => row.cells.get(name)?.text ?? "";
  const ports: ServicePort[] = [];
  const portCell = row.cells.get("PORT(S)");
  for (const item of list(portCell?.text ?? "")) {
    const [, port = "", nodePort, proto = ""] = /^(\d{1,5})(?::(\d{1,5}))?\/(TCP|UDP|SCTP)$/.exec(item) ?? [];
    if (port === "" || portCell === undefined) {
      diagnostics.push({
        code: "kubectl-get/bad-port",
        severity: "warning",
        at: portCell ? lines.span(row.line, portCell.from, portCell.to) : row.at,
        message: words(`"${item}" is no port of a Service.`, `“${item}”不是 Service 的端口。`),
      });
      continue;
    }
    const lower = proto.toLowerCase() as ServicePort["proto"];
    ports.push({ port: Number(port), proto: lower, ...(nodePort === undefined ? {} : { nodePort: Number(nodePort) }) });
  }
  const addresses = (text: string) =>
    list(text)
      .map((t) => parseIp(t))
      .filter((ip) => ip !== undefined);
  const type = cell("TYPE");
  const external = addresses(cell("EXTERNAL-IP"));
  const own = cell("NAMESPACE") || namespace;
  return {
    ...(own ? { namespace: own } : {}),
    name: bareName(cell("NAME")),
    ...(type === "" ? {} : { type }),
    clusterIps: addresses(cell("CLUSTER-IP")),
    externalIps: type === "LoadBalancer" ? [] : external,
    loadBalancerIps: type === "LoadBalancer" ? external : [],
    ports,
    at: row.at,
  };
}

/** A row of `kubectl get endpoints` or `endpointslices`; `more` says that kubectl left endpoints out. */
export function endpointsOf(
  row: TableRow,
  namespace: string | undefined,
): { readonly list: readonly Endpoint[]; readonly more: boolean } {
  const text = row.cells.get("ENDPOINTS")?.text ?? "";
  const own = row.cells.get("NAMESPACE")?.text || namespace;
  const name = bareName(row.cells.get("NAME")?.text ?? "");
  const slice = row.cells.has("ADDRESSTYPE");
  const base = {
    ...(own ? { namespace: own } : {}),
    service: slice ? name.replace(/-[a-z0-9]{5}$/, "") : name,
    at: row.at as Span,
  };
  const found: Endpoint[] = [];
  const shown = text.replace(/ ?\+ \d+ more\.\.\.$/, "");
  for (const item of list(shown)) {
    const both = addressPort(item);
    if (both) found.push({ ...base, ...both });
    const address = both ? undefined : parseIp(item);
    if (address === undefined) continue;
    for (const port of list(row.cells.get("PORTS")?.text ?? ""))
      if (/^\d+$/.test(port)) found.push({ ...base, address, port: Number(port) });
  }
  return { list: found, more: shown !== text };
}
