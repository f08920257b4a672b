import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import type { KubeProxyConfig } from "../../model/kubernetes/kube-proxy-config.ts";
import type { Endpoint, Service } from "../../model/kubernetes/service.ts";
import type { Lines } from "../format.ts";
import { type Cell, columnsOf, isHeader, rowOf } from "./table.ts";
import { endpointsOf, serviceOf } from "./table-objects.ts";

export interface FoundObjects {
  readonly services: readonly Service[];
  readonly endpoints: readonly Endpoint[];
  readonly config?: KubeProxyConfig;
  /** Objects are known to be missing. */
  readonly partial: boolean;
}

export function readTables(lines: Lines, namespace: string | undefined, diagnostics: Diagnostic[]): FoundObjects {
  const services: Service[] = [];
  const endpoints: Endpoint[] = [];
  let columns: readonly Cell[] = [];
  let partial = false;
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i);
    if (text.trim() === "") continue;
    if (isHeader(text)) {
      columns = columnsOf(text);
      const names = columns.map((c) => c.text);
      if (!names.includes("CLUSTER-IP") && !names.includes("ENDPOINTS"))
        diagnostics.push({
          code: "kubectl-get/not-used",
          severity: "info",
          at: lines.span(i),
          message: words(
            "This table is recognised; natlens uses Services and endpoints only.",
            "识别到这张表；natlens 只使用 Service 和 endpoint。",
          ),
        });
      continue;
    }
    const row = rowOf(lines, i, columns);
    if (!row) {
      diagnostics.push({
        code: "kubectl-get/not-understood",
        severity: "warning",
        at: lines.span(i),
        message: words("This row does not fit the table's header.", "该行与表头对不上。"),
      });
      continue;
    }
    if (row.cells.has("CLUSTER-IP")) services.push(serviceOf(row, lines, diagnostics, namespace));
    else if (row.cells.has("ENDPOINTS")) {
      const found = endpointsOf(row, namespace);
      endpoints.push(...found.list);
      if (!found.more) continue;
      partial = true;
      const cell = row.cells.get("ENDPOINTS");
      diagnostics.push({
        code: "kubectl-get/endpoints-cut",
        severity: "info",
        at: cell ? lines.span(i, cell.from, cell.to) : row.at,
        message: words("kubectl left endpoints out here.", "kubectl 在这里省略了 endpoint。"),
        advice: words("Paste kubectl get endpointslices -o yaml.", "粘贴 kubectl get endpointslices -o yaml 的输出。"),
      });
    }
  }
  return { services, endpoints, partial };
}
