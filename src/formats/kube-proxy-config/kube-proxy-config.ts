import { words } from "../../base/words.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";
import { readDocuments } from "../yaml-text.ts";
import { configOf } from "./config-of.ts";
import { flatConfig } from "./flat-config.ts";

/**
 * KubeProxyConfiguration as a file, as `curl 127.0.0.1:10249/configz` or as grepped lines; inside a ConfigMap it is
 * read by kubectl-get.
 *   apiVersion: kubeproxy.config.k8s.io/v1alpha1
 *   clusterCIDR: 10.244.0.0/16
 *   kind: KubeProxyConfiguration
 *   mode: "ipvs"
 */
const strong = /^(?:apiVersion: ["']?kubeproxy\.config\.k8s\.io\/|kind: ["']?KubeProxyConfiguration\b)/;
const json = /^\s*\{.*"(?:kubeproxyconfig|KubeProxyConfiguration|kubeproxy\.config\.k8s\.io\/\w+)"/;
const telling = /^\s*"?(?:clusterCIDR|detectLocalMode|masqueradeAll|masqueradeBit|strictARP|nodePortAddresses)"?: ?\S*/;
// keys begin in lower case; `Name: KUBE-X` is a set's
const key = /^(?:\s+(?:- )?"?[A-Za-z]|(?:- )?"?[a-z])[\w.-]*"?:(?:\s|$)/;

const innerKeys: ReadonlySet<string> = new Set([
  "masqueradeAll",
  "masqueradeBit",
  "strictARP",
  "scheduler",
  "excludeCIDRs",
  "bridgeInterface",
  "interfaceNamePrefix",
  "localhostNodePorts",
  "minSyncPeriod",
  "syncPeriod",
  "maxPerCore",
  "tcpEstablishedTimeout",
]);

export const kubeProxyConfig: Format = {
  id: "kube-proxy-config",
  title: words("KubeProxyConfiguration", "KubeProxyConfiguration"),
  sniff(line, inside) {
    if (strong.test(line) || json.test(line)) return "strong";
    if (telling.test(line)) return "strong";
    // the next key of a ConfigMap's data, as kubectl describe prints it
    if (/^\S+\.conf:\s*$/.test(line)) return undefined;
    if (!inside) return /^mode: ["']?(?:ipvs|iptables|nftables|userspace)["']?\s*$/.test(line) ? "weak" : undefined;
    return key.test(line) || /^\s*- \S|^\s*#|^---\s*$|^\s*[{}\]],?\s*$/.test(line) ? "weak" : undefined;
  },
  // the collector takes it out of kube-proxy's container
  printedBy: (command) => command.some((w) => /kube-?proxy.*\.(?:ya?ml|conf)|configz$|^\/proc\/\d+\/root\//.test(w)),
  parse({ lines, command, cut }) {
    const { documents, diagnostics } = readDocuments(lines, "kube-proxy-config");
    const found = documents.map((d) => configOf(d, !cut && !command?.filtered)).find((c) => c !== undefined);
    // keys of inner parts at the top: blanks at the beginning of lines were lost, and the tree means nothing
    const flat = !found || [...found.value.other.keys()].some((name) => innerKeys.has(name));
    const result = flat ? flatConfig(lines) : found;
    const n = result === undefined ? 0 : Object.keys(result.value).length - 3 + result.value.other.size;
    return {
      value: {
        contributions: result ? [{ kind: "kube-proxy", config: result.value }] : [{ kind: "nothing" }],
        coverage: result?.value.whole ? "whole" : "partial",
        counts: [counted(n, "setting", "settings", "项设置")],
      },
      diagnostics: [...diagnostics, ...(result?.diagnostics ?? [])],
    };
  },
};
