import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import type { Format } from "../format.ts";
import { contributionsOf, countsOf, nothingFound } from "../kubectl-get/found.ts";
import { endpointsOf, nodeOf, saidByContainer, sliceOf } from "./objects.ts";
import { type Described, describedIn, textOf } from "./sections.ts";
import { serviceOf } from "./service.ts";

/**
 * `kubectl describe service|endpoints|endpointslice|node|pod|daemonset|configmap` (kubectl 1.9 to 1.32,
 * kubectl/pkg/describe/describe.go): `Key:` padded to one column, deeper keys indented.
 *   Name:              web
 *   Namespace:         default
 *   Type:              ClusterIP
 *   IP:                192.0.2.10
 *   Port:              http  80/TCP
 *   TargetPort:        8080/TCP
 *   Endpoints:         198.51.100.7:8080,198.51.100.8:8080 + 1 more...
 * The configuration in kube-proxy's ConfigMap stands unindented below `config.conf:` and `----`; kube-proxy-config reads it.
 */
const begin = /^Name:\s{2,}\S+\s*$/;
const key =
  /^(?:Namespace|Labels|Annotations|Selector|Type|IP(?:s| Family Policy| Families)?|(?:LoadBalancer|External|Desired LoadBalancer) ?\w*|Port|TargetPort|NodePort|Endpoints|Session Affinity|(?:External|Internal) Traffic Policy|HealthCheck NodePort|Subsets|AddressType|Ports|Roles|Taints|Addresses|System Info|PodCIDRs?|Conditions|Containers|Data|Events|Node|Status|Priority|Start Time|Controlled By|Volumes|QoS Class|Tolerations|Capacity|Allocatable|Non-terminated Pods|Allocated resources|Unschedulable|CreationTimestamp|Lease|Pod Template|Node-Selectors?|BinaryData):(?:\s|$)/;
// where the text of one key of a ConfigMap ends: "kubeconfig.conf:", "BinaryData", "Events:  <none>"
const betweenData = /^(?:(?:kube)?config\.conf:|BinaryData|Events:\s+<none>)\s*$/;
/** The head of a set as `ipset list` prints it. */
const setName = /^Name: \S+\s*$/;
const dataKey = /^(?:Data|BinaryData|====|----|[\w.-]+\.conf:)\s*$/;

export const kubectlDescribe: Format = {
  id: "kubectl-describe",
  title: words("kubectl describe", "kubectl describe"),
  sniff(line, inside) {
    if (begin.test(line) || betweenData.test(line)) return "strong";
    if (!inside || setName.test(line)) return undefined;
    if (key.test(line) || dataKey.test(line)) return "strong";
    return /^\s{2,}\S/.test(line) || /^[A-Z][\w ./-]{1,60}:(?:\s|$)/.test(line) ? "weak" : undefined;
  },
  printedBy: (command) => /^(?:kubectl|oc|k|k3s)$/.test(command[0] ?? "") && command.includes("describe"),
  parse({ lines }) {
    const diagnostics: Diagnostic[] = [];
    const found = nothingFound();
    let others = 0;
    for (const object of describedIn(lines)) {
      const kind = kindOf(object);
      if (kind === "service") {
        const { service, endpoints, noEndpoints, more } = serviceOf(object, lines);
        found.services.push(service);
        found.endpoints.push(...endpoints);
        found.noEndpoints.push(...noEndpoints);
        if (more) diagnostics.push(cut(object, lines.span(lineOf(object, "Endpoints"))));
      } else if (kind === "endpoints") found.endpoints.push(...endpointsOf(object, lines));
      else if (kind === "slice") found.endpoints.push(...sliceOf(object, lines));
      else if (kind === "node") found.nodes.push(nodeOf(object, lines));
      else {
        const said = saidByContainer(object, lines, diagnostics);
        found.more.push(...said);
        if (said.length === 0 && kind === "other" && textOf(object, "Name") !== undefined) others++;
      }
    }
    if (others > 0)
      diagnostics.push({
        code: "kubectl-describe/not-used",
        severity: "info",
        at: lines.span(0),
        message: words(
          `${others} described objects are of a kind that natlens does not use.`,
          `有 ${others} 个 describe 的对象类型 natlens 不使用。`,
        ),
      });
    return {
      // it describes the objects that were asked for; there may be others
      value: { contributions: contributionsOf(found), coverage: "partial", counts: countsOf(found) },
      diagnostics,
    };
  },
};

type Kind = "service" | "endpoints" | "slice" | "node" | "config-map" | "other";

function kindOf(object: Described): Kind {
  const has = (name: string): boolean => object.entries.some((e) => e.key === name && e.indent === 0);
  if (has("AddressType")) return "slice";
  if (has("Subsets")) return "endpoints";
  if (has("Session Affinity") || (has("Type") && has("Selector") && has("Port"))) return "service";
  if (has("System Info") || has("PodCIDR") || (has("Roles") && has("Taints"))) return "node";
  if (object.entries.some((e) => e.value === "Data" || e.value === "BinaryData")) return "config-map";
  return "other";
}

const lineOf = (object: Described, name: string): number => object.entries.find((e) => e.key === name)?.line ?? 0;

const cut = (object: Described, at: Diagnostic["at"]): Diagnostic => ({
  code: "kubectl-get/endpoints-cut",
  severity: "info",
  at,
  message: words("kubectl left endpoints out here.", "kubectl 在这里省略了 endpoint。"),
  advice: words(
    `Paste kubectl -n ${textOf(object, "Namespace") ?? "default"} get endpointslices -o yaml.`,
    `粘贴 kubectl -n ${textOf(object, "Namespace") ?? "default"} get endpointslices -o yaml 的输出。`,
  ),
});
