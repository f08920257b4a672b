import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import type { Lines } from "../format.ts";
import { nodeOf, podOf } from "./cluster-rows.ts";
import { type Found, nothingFound } from "./found.ts";
import { endpointsOf, serviceOf } from "./service-rows.ts";
import { type Cell, columnsOf, isHeader, rowOf, type TableRow } from "./table.ts";

/** Which object the rows below a header are. */
type Kind = "service" | "endpoints" | "node" | "pod" | "other";

/** Tables of kubectl, one below the other, each with its header. */
export function readTables(lines: Lines, namespace: string | undefined, diagnostics: Diagnostic[]): Found {
  const found = nothingFound();
  let columns: readonly Cell[] = [];
  let kind: Kind = "other";
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i);
    if (text.trim() === "") continue;
    if (isHeader(text)) {
      columns = columnsOf(text);
      found.objects++;
      kind = kindOf(columns.map((c) => c.text));
      if (kind === "other") diagnostics.push(notUsed(lines.span(i)));
      continue;
    }
    if (columns.length === 0 || kind === "other") continue;
    const row = rowOf(lines, i, columns);
    if (!row) {
      found.partial = true;
      diagnostics.push({
        code: "kubectl-get/not-understood",
        severity: "warning",
        at: lines.span(i),
        message: words("This row does not fit the table's header.", "该行与表头对不上。"),
      });
      continue;
    }
    if (kind === "service") found.services.push(serviceOf(row, lines, diagnostics, namespace));
    else if (kind === "endpoints") addEndpoints(row, found, lines, namespace, diagnostics);
    else if (kind === "node") found.nodes.push(nodeOf(row));
    else found.pods.push(podOf(row, namespace));
  }
  return found;
}

function kindOf(names: readonly string[]): Kind {
  const has = (...wanted: readonly string[]): boolean => wanted.every((name) => names.includes(name));
  if (has("CLUSTER-IP")) return "service";
  if (has("ENDPOINTS")) return "endpoints";
  if (has("NAME", "ROLES", "VERSION") || has("NAME", "INTERNAL-IP")) return "node";
  if (has("NAME", "STATUS", "RESTARTS")) return "pod";
  return "other";
}

function addEndpoints(
  row: TableRow,
  found: Found,
  lines: Lines,
  namespace: string | undefined,
  diagnostics: Diagnostic[],
): void {
  const { list, none, more } = endpointsOf(row, namespace);
  found.endpoints.push(...list);
  found.noEndpoints.push(...none);
  if (!more) return;
  found.partial = true;
  const cell = row.cells.get("ENDPOINTS");
  diagnostics.push({
    code: "kubectl-get/endpoints-cut",
    severity: "info",
    at: cell ? lines.span(row.line, cell.from, cell.to) : row.at,
    message: words("kubectl left endpoints out here.", "kubectl 在这里省略了 endpoint。"),
    advice: words("Paste kubectl get endpointslices -o yaml.", "粘贴 kubectl get endpointslices -o yaml 的输出。"),
  });
}

const notUsed = (at: Diagnostic["at"]): Diagnostic => ({
  code: "kubectl-get/not-used",
  severity: "info",
  at,
  message: words(
    "This table is recognised; natlens uses Services, endpoints, nodes and pods only.",
    "识别到这张表；natlens 只使用 Service、endpoint、节点和 Pod。",
  ),
});
