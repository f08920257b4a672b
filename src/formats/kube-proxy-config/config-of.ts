import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { Diagnostic, Parsed } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import type { KubeProxyConfig } from "../../model/kubernetes/kube-proxy-config.ts";
import type { YamlDocument } from "../yaml-text.ts";
import { settingsDraft } from "./settings.ts";

/** Reads a KubeProxyConfiguration document; undefined if it is something else. Empty values mean kube-proxy's default. */
export function configOf(document: YamlDocument, whole: boolean): Parsed<KubeProxyConfig> | undefined {
  const root = document.at(["kubeproxyconfig"]) ?? document.root;
  if (!isMap(root)) return undefined;
  const kind = String(root.get("kind") ?? "");
  const version = String(root.get("apiVersion") ?? "");
  const bare = root.has("clusterCIDR") || root.has("detectLocalMode");
  if (kind !== "KubeProxyConfiguration" && !version.startsWith("kubeproxy.config") && !bare) return undefined;
  const diagnostics: Diagnostic[] = [];
  const draft = settingsDraft("kube-proxy-config", diagnostics);
  walk(root, "", (path, value, at) => draft.set(path, value, at, path), document);
  return { value: draft.done(whole && kind !== "", document.span(root)), diagnostics };
}

type Visit = (path: string, value: string, at: Span) => void;

function walk(map: Node, path: string, visit: Visit, document: YamlDocument): void {
  if (!isMap(map)) return;
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : "";
    const full = path === "" ? name : `${path}.${name}`;
    if (full === "kind" || full === "apiVersion") continue;
    if (isMap(value)) walk(value, full, visit, document);
    else if (isScalar(value) || isSeq(value)) {
      const text = isSeq(value)
        ? value.items.map((i) => (isScalar(i) ? String(i.value) : "")).join(",")
        : plain(value.value);
      // null and "" mean the default, which for clusterCIDR is an empty list
      if (text === "" && full !== "clusterCIDR") continue;
      visit(full, text, document.span(value, isScalar(key) ? key : undefined));
    }
  }
}

const plain = (value: unknown): string => (value === null || value === undefined ? "" : String(value));
