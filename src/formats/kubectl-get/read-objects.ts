import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import type { KubeProxyConfig } from "../../model/kubernetes/kube-proxy-config.ts";
import type { Endpoint, Service } from "../../model/kubernetes/service.ts";
import type { Lines } from "../format.ts";
import { configOf } from "../kube-proxy-config/config-of.ts";
import { readDocuments, type YamlDocument } from "../yaml-text.ts";
import type { FoundObjects } from "./read-tables.ts";
import { endpointsFrom, serviceFrom } from "./yaml-objects.ts";

/** Objects of YAML or JSON text, lists taken apart. Annotations are never looked into: they hold old copies. */
export function readObjects(lines: Lines, whole: boolean, diagnostics: Diagnostic[]): FoundObjects {
  const { documents, diagnostics: problems } = readDocuments(lines, "kubectl-get");
  diagnostics.push(...problems);
  const services: Service[] = [];
  const endpoints: Endpoint[] = [];
  let config: KubeProxyConfig | undefined;
  let others = 0;
  let foreign = 0;
  for (const document of documents) {
    for (const { map, kind } of objectsIn(document)) {
      const span = (node: Parameters<YamlDocument["span"]>[0]) => document.span(node);
      if (kind === "Service") services.push(serviceFrom(map, span));
      else if (kind === "Endpoints" || kind === "EndpointSlice") endpoints.push(...endpointsFrom(map, span));
      else if (kind === "ConfigMap") config ??= configInMap(map, document, lines, whole, diagnostics);
      else if (kind === "" && !map.has("apiVersion")) foreign++;
      else others++;
    }
  }
  if (foreign > 0)
    diagnostics.push({
      code: "kubectl-get/no-object",
      severity: "warning",
      at: lines.span(0),
      message: words(
        "This is no Kubernetes object: it has neither kind nor apiVersion. Nothing of it is used.",
        "这不是 Kubernetes 对象：既没有 kind 也没有 apiVersion，其内容未被使用。",
      ),
    });
  if (others > 0)
    diagnostics.push({
      code: "kubectl-get/not-used",
      severity: "info",
      at: lines.span(0),
      message: words(
        `${others} objects are neither Service, Endpoints, EndpointSlice nor kube-proxy's ConfigMap and are not used.`,
        `有 ${others} 个对象不是 Service、Endpoints、EndpointSlice 或 kube-proxy 的 ConfigMap，未使用。`,
      ),
    });
  return { services, endpoints, ...(config ? { config } : {}), partial: problems.length > 0 };
}

function* objectsIn(document: YamlDocument): Generator<{ readonly map: YAMLMap; readonly kind: string }> {
  const { root } = document;
  const inner = isMap(root) ? root.get("items", true) : root;
  const items: readonly unknown[] = isSeq(inner) ? inner.items : [root];
  const listKind = isMap(root) ? String(root.get("kind") ?? "") : "";
  for (const map of items) {
    if (!isMap(map)) continue;
    // items of raw API answers have no kind of their own; the list's says it: ServiceList
    yield { map, kind: String(map.get("kind") ?? (listKind === "List" ? "" : listKind.replace(/List$/, ""))) };
  }
}

/** The configuration is one string in the ConfigMap's data; spans point at that string. */
function configInMap(
  map: YAMLMap,
  document: YamlDocument,
  lines: Lines,
  whole: boolean,
  diagnostics: Diagnostic[],
): KubeProxyConfig | undefined {
  const data = map.get("data", true);
  if (!isMap(data)) return undefined;
  for (const { value } of data.items) {
    if (!isScalar(value) || typeof value.value !== "string" || !value.value.includes("KubeProxyConfiguration"))
      continue;
    const at = document.span(value);
    const text = value.value.split("\n");
    const from = blockLines(lines, at.from);
    const inner: Lines = {
      source: lines.source,
      length: text.length,
      text: (i) => text[i] ?? "",
      // In a block scalar each line of the value is a line of the paste, behind an indent.
      span(i, first, last) {
        const line = from === undefined ? undefined : from + 1 + i;
        if (line === undefined || line >= lines.length) return at;
        const raw = lines.text(line);
        const indent = raw.length - (text[i] ?? "").length;
        if (indent < 0 || raw.slice(indent) !== text[i]) return at;
        return lines.span(line, indent + (first ?? 0), indent + (last ?? (text[i] ?? "").length));
      },
    };
    const parsed = readDocuments(inner, "kube-proxy-config");
    diagnostics.push(...parsed.diagnostics);
    for (const d of parsed.documents) {
      const config = configOf(d, whole);
      if (!config) continue;
      diagnostics.push(...config.diagnostics);
      return config.value;
    }
  }
  return undefined;
}

/** Line of the segment that holds byte `offset`. */
function blockLines(lines: Lines, offset: number): number | undefined {
  for (let i = 0; i < lines.length; i++) {
    const span = lines.span(i);
    if (offset >= span.from && offset <= span.to) return i;
  }
  return undefined;
}
