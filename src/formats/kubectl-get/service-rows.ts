import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import type { Endpoint, NoEndpoints, Service, ServicePort } from "../../model/kubernetes/service.ts";
import { parseIp } from "../../model/net/ip.ts";
import { addressPort } from "../address-port.ts";
import type { Lines } from "../format.ts";
import { given } from "./object-fields.ts";
import { serviceOfSlice } from "./service-objects.ts";
import type { TableRow } from "./table.ts";

/** Items of a cell; `<none>`, `<pending>`, `<nodes>` and `None` are none. */
export const listed = (text: string): string[] =>
  text
    .split(",")
    .map((t) => t.trim())
    .filter((t) => t !== "" && !t.startsWith("<") && t !== "None");
/** `service/web` of `kubectl get svc,ep` is `web`. */
export const bareName = (text: string): string => text.slice(text.indexOf("/") + 1);

/** The LABELS of --show-labels or the SELECTOR of -o wide: `app=web,tier=f`. */
export function labelsOf(row: TableRow, column = "LABELS"): ReadonlyMap<string, string> | undefined {
  const cell = row.cells.get(column);
  if (!cell || cell.text === "") return undefined;
  return new Map(
    listed(cell.text).flatMap((item): [string, string][] => {
      const cut = item.indexOf("=");
      return cut > 0 ? [[item.slice(0, cut), item.slice(cut + 1)]] : [];
    }),
  );
}

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
  for (const item of listed(portCell?.text ?? "")) {
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
    listed(text)
      .map((t) => parseIp(t))
      .filter((ip) => ip !== undefined);
  const type = cell("TYPE");
  const outside = cell("EXTERNAL-IP");
  const external = addresses(outside);
  // a load balancer's host name, cut with `...` unless -o wide
  const hostname = external.length === 0 ? listed(outside)[0] : undefined;
  const balanced = type === "LoadBalancer";
  const ingress = balanced ? [...external.map((ip) => ({ ip })), ...(hostname ? [{ hostname }] : [])] : [];
  return {
    ...given("namespace", cell("NAMESPACE") || namespace),
    name: bareName(cell("NAME")),
    ...given("type", type || undefined),
    clusterIps: addresses(cell("CLUSTER-IP")),
    ...(cell("CLUSTER-IP") === "None" ? { headless: true } : {}),
    externalIps: balanced ? [] : external,
    loadBalancerIps: balanced ? external : [],
    ...(ingress.length > 0 ? { ingress } : {}),
    ...(outside === "<pending>" ? { pending: true } : {}),
    ...given("externalName", type === "ExternalName" ? hostname : undefined),
    ports,
    ...given("selector", labelsOf(row, "SELECTOR")),
    ...given("proxyName", labelsOf(row)?.get("service.kubernetes.io/service-proxy-name")),
    at: row.at,
  };
}

/** A row of `kubectl get endpoints` or `endpointslices`; `more` says that kubectl left endpoints out. */
export function endpointsOf(
  row: TableRow,
  namespace: string | undefined,
): { readonly list: readonly Endpoint[]; readonly none: readonly NoEndpoints[]; readonly more: boolean } {
  const text = row.cells.get("ENDPOINTS")?.text ?? "";
  const name = bareName(row.cells.get("NAME")?.text ?? "");
  const slice = row.cells.has("ADDRESSTYPE");
  const owner = labelsOf(row)?.get("kubernetes.io/service-name");
  const base = {
    ...given("namespace", row.cells.get("NAMESPACE")?.text || namespace),
    service: slice ? (owner ?? serviceOfSlice(name)) : name,
    // Endpoints list what is ready; slices are printed whatever their endpoints' conditions are
    ...(slice ? {} : { ready: true }),
    at: row.at,
  };
  const found: Endpoint[] = [];
  const shown = text.replace(/ ?\+ \d+ more\.\.\.$/, "");
  for (const item of listed(shown)) {
    const both = addressPort(item);
    if (both) found.push({ ...base, ...both });
    const address = both ? undefined : parseIp(item);
    if (address === undefined) continue;
    for (const port of listed(row.cells.get("PORTS")?.text ?? ""))
      if (/^\d+$/.test(port)) found.push({ ...base, address, port: Number(port) });
  }
  const none = found.length === 0 && /^<(?:none|unset)>$/.test(text);
  const { service, at } = base;
  return {
    list: found,
    none: none ? [{ ...given("namespace", base.namespace), service, at }] : [],
    more: shown !== text,
  };
}
