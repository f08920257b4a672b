import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import type { Contribution, Format, ShownCommand } from "../format.ts";
import { readObjects } from "./read-objects.ts";
import { readTables } from "./read-tables.ts";
import { isHeader } from "./table.ts";

/**
 * `kubectl get service,endpoints` as tables, `-o yaml` or `-o json` of Service, Endpoints, EndpointSlice and the
 * ConfigMap of kube-proxy; tables of other kinds are recognised and hold nothing natlens uses.
 *   NAMESPACE   NAME         TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)          AGE   SELECTOR
 *   default     kubernetes   ClusterIP   192.0.2.1    <none>        443/TCP          1y    <none>
 *   NAME         ENDPOINTS                                          AGE
 *   kubernetes   198.51.100.7:6443,198.51.100.8:6443 + 1 more...    21d
 */
const yamlStart =
  /^(?:- )?(?:apiVersion: (?!["']?kubeproxy\.config)|kind: ["']?(?:Service|Endpoints|EndpointSlice|ConfigMap|List|ServiceList|EndpointsList|EndpointSliceList|Pod|DaemonSet)["']?\s*$|items:\s*$)/;
const jsonStart = /^\s*"?(?:apiVersion|kind)"?: "|^\s*\{\s*"(?:apiVersion|kind|items)":/;
const yamlKey = /^\s*(?:- )?(?:[A-Za-z_][\w./-]*|"[^"]+"|'[^']+'):(?:\s|$)/;
const jsonLine = /^\s+"[^"]*":|^\s*[{}[\]]+,?\s*$|^\s+(?:"[^"]*"|\d+|true|false|null),?\s*$/;
const row = /^\S+(?: {2,}|\t)\S.*(?: {2,}|\t)\S|^\S+\s+(?:ClusterIP|NodePort|LoadBalancer|ExternalName)\s/;

export const kubectlGet: Format = {
  id: "kubectl-get",
  title: words("kubectl get", "kubectl get"),
  sniff(line, inside) {
    if (yamlStart.test(line) || jsonStart.test(line) || isHeader(line)) return "strong";
    if (!inside) return /^\s*[{[]\s*$/.test(line) ? "weak" : undefined;
    if ((/^\s/.test(line) && yamlKey.test(line)) || jsonLine.test(line)) return "strong";
    return row.test(line) || yamlKey.test(line) || /^\s*- \S|^---\s*$|^\s{2,}\S|^\.\.\.\s*$/.test(line)
      ? "weak"
      : undefined;
  },
  printedBy: (command) => /^(?:kubectl|oc|k|k3s)$/.test(command[0] ?? "") && command.includes("get"),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    let table = false;
    for (let i = 0; i < lines.length && !table; i++) table = isHeader(lines.text(i));
    const namespace = shownNamespace(command);
    const whole = !cut && !command?.filtered;
    const found = table ? readTables(lines, namespace, diagnostics) : readObjects(lines, whole, diagnostics);
    const contributions: Contribution[] = [];
    if (found.services.length > 0) contributions.push({ kind: "services", services: found.services });
    if (found.endpoints.length > 0) contributions.push({ kind: "endpoints", endpoints: found.endpoints });
    if (found.config) contributions.push({ kind: "kube-proxy", config: found.config });
    return {
      value: {
        contributions: contributions.length > 0 ? contributions : [{ kind: "nothing" }],
        coverage: whole && !found.partial && everyNamespace(command) ? "whole" : "partial",
        counts: [
          ...(found.services.length > 0 ? [{ n: found.services.length, of: words("Services", "个 Service") }] : []),
          ...(found.endpoints.length > 0 ? [{ n: found.endpoints.length, of: words("endpoints", "个 endpoint") }] : []),
        ],
      },
      diagnostics,
    };
  },
};

function shownNamespace(command: ShownCommand | undefined): string | undefined {
  const list = command?.words ?? [];
  const at = list.findIndex((w) => w === "-n" || w === "--namespace");
  if (at !== -1) return list[at + 1];
  return list.map((w) => /^(?:-n=?|--namespace=)(\S+)$/.exec(w)?.[1]).find((w) => w !== undefined);
}

const everyNamespace = (command: ShownCommand | undefined): boolean =>
  command?.words.some((w) => w === "-A" || w === "--all-namespaces" || w === "--all-namespaces=true") ?? false;
