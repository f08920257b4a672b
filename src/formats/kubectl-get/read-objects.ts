import { isMap, isSeq, type YAMLMap } from "yaml";
import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Steps } from "../../base/steps.ts";
import { numbered, words } from "../../base/words.ts";
import type { Contribution, Lines } from "../format.ts";
import { flatConfig } from "../kube-proxy-config/flat-config.ts";
import { readDocuments, type YamlDocument } from "../yaml-text.ts";
import { nodeFrom, podFrom } from "./cluster-objects.ts";
import { saidByConfigMap, saidByDocument } from "./config-maps.ts";
import { saidByContainers } from "./container-objects.ts";
import { type Found, nothingFound } from "./found.ts";
import { listParts } from "./list-parts.ts";
import { endpointsFrom, noEndpointsFrom, serviceFrom } from "./service-objects.ts";

/** Objects of YAML or JSON text, lists taken apart. Annotations are never looked into: they hold old copies. Yields the share that is done. */
export function* readObjects(lines: Lines, whole: boolean, diagnostics: Diagnostic[]): Steps<Found> {
  const found = nothingFound();
  const seen = new Set<string>();
  let others = 0;
  let foreign = 0;
  let done = 0;
  for (const part of listParts(lines)) {
    yield done / lines.length;
    done += part.length;
    const { documents, diagnostics: problems } = readDocuments(part, "kubectl-get");
    diagnostics.push(...problems);
    if (problems.length > 0) {
      found.partial = true;
      found.objects++;
    }
    for (const document of documents) {
      const cut = problems.length > 0 || lacksEnd(document);
      if (cut) found.partial = true;
      for (const { map, kind } of objectsIn(document)) {
        const span = (node: Parameters<YamlDocument["span"]>[0]) => document.span(node);
        const named = isNamed(map);
        if (kind === "Service" && !named) found.partial = true;
        else if (kind === "Service") found.services.push(serviceFrom(map, span, cut));
        else if (kind === "Endpoints" || kind === "EndpointSlice") {
          const endpoints = endpointsFrom(map, span, cut);
          found.endpoints.push(...endpoints);
          if (endpoints.length === 0 && named && !cut) found.noEndpoints.push(noEndpointsFrom(map, span));
        } else if (kind === "Node" && named) found.nodes.push(nodeFrom(map, span));
        else if (kind === "ConfigMap") found.more.push(...saidByConfigMap(map, document, part, whole, diagnostics));
        else if (kind === "ClusterConfiguration") found.more.push(...saidByDocument(document, whole, diagnostics));
        else {
          const before: Diagnostic[] = [];
          const said = saidByContainers(map, span, before);
          // the pods of one DaemonSet all say the same
          const key = JSON.stringify(said, (k, v) => (k === "at" ? undefined : typeof v === "bigint" ? String(v) : v));
          if (said.length > 0 && !seen.has(key)) {
            seen.add(key);
            found.more.push(...said);
            diagnostics.push(...before);
          }
          if (kind === "Pod" && named && map.has("status")) found.pods.push(podFrom(map, span));
          else if (said.length === 0 && kind === "" && !map.has("apiVersion")) {
            foreign++;
            continue;
          } else if (said.length === 0) others++;
        }
        found.objects++;
      }
    }
  }
  if (found.partial && !found.more.some((c) => c.kind === "kube-proxy"))
    found.more.push(...lostIndent(lines, diagnostics));
  if (foreign > 0)
    diagnostics.push({
      code: "kubectl-get/no-object",
      severity: "warning",
      at: { ...lines.span(0), to: lines.span(lines.length - 1).to },
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
        `${numbered(others, "object is", "objects are")} of a kind that natlens does not use: it reads Services, Endpoints, EndpointSlices, Nodes, Pods and kube-proxy's own objects.`,
        `有 ${others} 个对象的类型 natlens 不使用：它读取 Service、Endpoints、EndpointSlice、Node、Pod 以及 kube-proxy 自身的对象。`,
      ),
    });
  return found;
}

/** `kind: List` stands below the items of YAML's lists. */
const lacksEnd = ({ root }: YamlDocument): boolean => isMap(root) && root.has("items") && !root.has("kind");

/** Each object has a name; one without was cut off. */
const isNamed = (map: YAMLMap): boolean => {
  const metadata = map.get("metadata", true);
  return isMap(metadata) && metadata.has("name");
};

/** Where blanks at the beginning of lines were lost, the keys of kube-proxy's configuration still mean something. */
function lostIndent(lines: Lines, diagnostics: Diagnostic[]): Contribution[] {
  for (let i = 0; i < lines.length; i++) {
    if (!lines.text(i).includes("KubeProxyConfiguration")) continue;
    const flat = flatConfig(lines);
    if (flat) diagnostics.push(...flat.diagnostics);
    return flat ? [{ kind: "kube-proxy", config: flat.value }] : [];
  }
  return [];
}

function* objectsIn(document: YamlDocument): Generator<{ readonly map: YAMLMap; readonly kind: string }> {
  const { root } = document;
  const inner = isMap(root) ? root.get("items", true) : root;
  const items: readonly unknown[] = isSeq(inner) ? inner.items : [root];
  const listKind = isMap(root) ? String(root.get("kind") ?? "") : "";
  for (const map of items) {
    if (!isMap(map)) continue;
    const ownKind = String(map.get("kind") ?? "");
    // items of raw API answers have no kind of their own; the list's says it: ServiceList
    const kind = ownKind !== "" ? ownKind : listKind === "List" ? "" : listKind.replace(/List$/, "");
    // a List within a List, as `kubectl cluster-info dump` prints them one after the other
    const nested = map.get("items", true);
    if (ownKind.endsWith("List") && isSeq(nested)) {
      for (const item of nested.items)
        if (isMap(item)) yield { map: item, kind: String(item.get("kind") ?? ownKind.replace(/List$/, "")) };
    } else yield { map, kind };
  }
}
