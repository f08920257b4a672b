import { isMap, isScalar, type YAMLMap } from "yaml";
import type { Diagnostic } from "../../base/diagnostic.ts";
import type { ClusterRange } from "../../model/kubernetes/cluster.ts";
import type { Contribution, Lines } from "../format.ts";
import { configOf } from "../kube-proxy-config/config-of.ts";
import { readDocuments, type YamlDocument } from "../yaml-text.ts";
import { down, rangeOf } from "./object-fields.ts";

/**
 * Configuration is one string in a ConfigMap's data: KubeProxyConfiguration under `config.conf` (kubeadm) or `config`
 * (EKS), kubeadm's own ClusterConfiguration. Spans point into that string where it is a block scalar.
 */
export function saidByConfigMap(
  map: YAMLMap,
  document: YamlDocument,
  lines: Lines,
  whole: boolean,
  diagnostics: Diagnostic[],
): Contribution[] {
  const data = map.get("data", true);
  if (!isMap(data)) return [];
  const found: Contribution[] = [];
  for (const { value } of data.items) {
    if (!isScalar(value) || typeof value.value !== "string") continue;
    if (!/KubeProxyConfiguration|ClusterConfiguration/.test(value.value)) continue;
    const parsed = readDocuments(linesOfScalar(value.value, document.span(value), lines), "kube-proxy-config");
    diagnostics.push(...parsed.diagnostics);
    for (const inner of parsed.documents) found.push(...saidByDocument(inner, whole, diagnostics));
  }
  return found;
}

/** KubeProxyConfiguration or ClusterConfiguration, as a document of its own. */
export function saidByDocument(document: YamlDocument, whole: boolean, diagnostics: Diagnostic[]): Contribution[] {
  const config = configOf(document, whole);
  if (config) {
    diagnostics.push(...config.diagnostics);
    return [{ kind: "kube-proxy", config: config.value }];
  }
  const networking = document.at(["networking"]);
  if (!networking) return [];
  const of = (key: string): ClusterRange[] => {
    const node = down(networking, key);
    if (!isScalar(node)) return [];
    return String(node.value ?? "")
      .split(",")
      .flatMap((text) => {
        const cidr = rangeOf(text);
        return cidr ? [{ cidr, from: `${key} of kubeadm`, at: document.span(node) }] : [];
      });
  };
  const facts = { podRanges: of("podSubnet"), serviceRanges: of("serviceSubnet") };
  return facts.podRanges.length + facts.serviceRanges.length > 0 ? [{ kind: "cluster", facts }] : [];
}

/** The lines of a scalar. In a block scalar each of them is a line of the paste, behind an indent. */
function linesOfScalar(value: string, at: Diagnostic["at"], lines: Lines): Lines {
  const text = value.split("\n");
  const from = lineAt(lines, at.from);
  return {
    source: lines.source,
    length: text.length,
    text: (i) => text[i] ?? "",
    plainLine: () => undefined,
    span(i, first, last) {
      const line = from === undefined ? undefined : from + 1 + i;
      if (line === undefined || line >= lines.length) return at;
      const raw = lines.text(line);
      const indent = raw.length - (text[i] ?? "").length;
      if (indent < 0 || raw.slice(indent) !== text[i]) return at;
      return lines.span(line, indent + (first ?? 0), indent + (last ?? (text[i] ?? "").length));
    },
  };
}

/** Line of the segment that holds byte `offset`. */
function lineAt(lines: Lines, offset: number): number | undefined {
  for (let i = 0; i < lines.length; i++) {
    const span = lines.span(i);
    if (offset >= span.from && offset <= span.to) return i;
  }
  return undefined;
}
