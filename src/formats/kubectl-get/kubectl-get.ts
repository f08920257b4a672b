import type { Diagnostic, Parsed } from "../../base/diagnostic.ts";
import { type Steps, scaled, toEnd } from "../../base/steps.ts";
import { words } from "../../base/words.ts";
import type { Format, Lines, Segment, SegmentReading, ShownCommand } from "../format.ts";
import { stretches } from "../stretch.ts";
import { add, contributionsOf, countsOf, nothingFound } from "./found.ts";
import { readObjects } from "./read-objects.ts";
import { readTables } from "./read-tables.ts";
import { isHeader } from "./table.ts";

/**
 * `kubectl get service,endpoints,endpointslices,nodes,pods` as tables; `-o yaml` or `-o json` of these, of kube-proxy's
 * DaemonSet, Pods and ConfigMap, of the control plane's Pods and kubeadm's ConfigMap; other kinds are recognised and hold
 * nothing natlens uses. Manifests, `kubectl cluster-info dump`, `docker inspect` and `crictl inspect` look the same.
 *   NAMESPACE   NAME         TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)          AGE   SELECTOR
 *   default     kubernetes   ClusterIP   192.0.2.1    <none>        443/TCP          1y    <none>
 *   NAME         ENDPOINTS                                          AGE
 *   kubernetes   198.51.100.7:6443,198.51.100.8:6443 + 1 more...    21d
 */
const yamlStart =
  /^(?:- )?(?:apiVersion: (?!["']?kubeproxy\.config)|kind: ["']?(?!KubeProxyConfiguration)[A-Z][A-Za-z]{2,50}["']?\s*$|items:\s*$)/;
const jsonStart = /^\s*"?(?:apiVersion|kind)"?: "|^\s*\{\s*"(?:apiVersion|kind|items)":/;
const jsonDocument = /^(?:[{[]|\{\s*"(?:apiVersion|kind|items)":.*)\s*$/;
const yamlRoot = /^(?:apiVersion|kind|metadata|items):(?:\s|$)/;
const yamlKey = /^\s*(?:- )?(?:[A-Za-z_][\w./-]*|"[^"]+"|'[^']+'):(?:\s|$)/;
// arguments of containers, and scripts in YAML: they look like command lines of their own
const deep = /^ {6,}\S|^\s*- (?:["']?--[a-z]|.*\bkube-proxy\b)/;
const jsonLine = /^\s+"[^"]*":|^\s*[{}[\]]+,?\s*$|^\s+(?:"[^"]*"|\d+|true|false|null),?\s*$/;
/** Some other tool's JSON; the head of a set as `ipset list` prints it; a heading of /proc/net/fib_trie. */
const foreign = /^\s*"(?:nftables|dmesg)": ?\[|^Name: \S+\s*$|^(?:Main|Local):\s*$/;
const row =
  /^\S+(?: {2,}|\t)\S.*(?: {2,}|\t)\S|^\S+\s+(?:ClusterIP|NodePort|LoadBalancer|ExternalName)\s|^\S+(?: \S+)? (?:\d+\/\d+ [A-Z]\w+ |(?:Not)?Ready[ ,]\S)/;

export const kubectlGet: Format = {
  id: "kubectl-get",
  title: words("kubectl get", "kubectl get"),
  sniff(line, inside) {
    if (yamlStart.test(line) || jsonStart.test(line) || isHeader(line)) return "strong";
    if (foreign.test(line)) return undefined;
    if (!inside) return /^\s*[{[]\s*$/.test(line) ? "weak" : undefined;
    if ((/^\s/.test(line) && yamlKey.test(line)) || jsonLine.test(line) || deep.test(line)) return "strong";
    return row.test(line) || yamlKey.test(line) || /^\s*- \S|^---\s*$|^\s{2,}\S|^\.\.\.\s*$/.test(line)
      ? "weak"
      : undefined;
  },
  printedBy: (command) =>
    (/^(?:kubectl|oc|k|k3s)$/.test(command[0] ?? "") &&
      (command.includes("get") || command.includes("cluster-info"))) ||
    (/^(?:docker|crictl|podman|nerdctl)$/.test(command[0] ?? "") && command.includes("inspect")),
  parse: (segment) => toEnd(parseSteps(segment)),
  parseSteps,
};

function* parseSteps({ lines, command, cut }: Segment): Steps<Parsed<SegmentReading>> {
  const diagnostics: Diagnostic[] = [];
  // the opening bracket of some other tool's JSON
  if (onlyBrackets(lines)) return { value: { ...nothing, notOfFormat: true }, diagnostics };
  const namespace = shownNamespace(command);
  const whole = !cut && !command?.filtered;
  const found = nothingFound();
  let before = 0;
  for (const part of partsOf(lines)) {
    const share = part.lines.length / lines.length;
    const start = before;
    add(
      found,
      part.kind === "table"
        ? readTables(part.lines, namespace, diagnostics)
        : yield* scaled(readObjects(part.lines, whole, diagnostics), (done) => start + done * share),
    );
    before += share;
  }
  return {
    value: {
      contributions: contributionsOf(found),
      coverage: whole && !found.partial && everyObject(command) ? "whole" : "partial",
      counts: countsOf(found),
      ...(found.objects === 0 && { notOfFormat: true as const }),
    },
    diagnostics,
  };
}

const nothing: SegmentReading = { contributions: [], coverage: "partial", counts: [] };

/** Tables, YAML and JSON one below the other. A key of YAML's top level that comes again begins another text. */
function partsOf(lines: Lines) {
  let keys = new Set<string>();
  let last = "";
  return stretches<"table" | "yaml" | "json">(lines, (text, open) => {
    const before = last;
    if (text.trim() !== "") last = text;
    const key = /^([A-Za-z]\w*):(?:\s|$)/.exec(text)?.[1];
    const again = open === "yaml" && key !== undefined && keys.has(key);
    const kind = isHeader(text)
      ? "table"
      : jsonDocument.test(text) && (open !== "json" || /^[}\]]\s*$/.test(before))
        ? "json"
        : again || (open !== "yaml" && yamlRoot.test(text))
          ? "yaml"
          : undefined;
    if (kind !== undefined || /^---\s*$/.test(text)) keys = new Set();
    if (key !== undefined) keys.add(key);
    return kind;
  });
}

function onlyBrackets(lines: Lines): boolean {
  for (let i = 0; i < lines.length; i++) if (!/^\s*[{[]?\s*$/.test(lines.text(i))) return false;
  return true;
}

function shownNamespace(command: ShownCommand | undefined): string | undefined {
  const list = command?.words ?? [];
  const at = list.findIndex((w) => w === "-n" || w === "--namespace");
  if (at !== -1) return list[at + 1];
  return list.map((w) => /^(?:-n=?|--namespace=)(\S+)$/.exec(w)?.[1]).find((w) => w !== undefined);
}

/** All namespaces, and neither labels nor fields select some of the objects. */
function everyObject(command: ShownCommand | undefined): boolean {
  const list = command?.words ?? [];
  return (
    list.some((w) => w === "-A" || w === "--all-namespaces" || w === "--all-namespaces=true") &&
    !list.some((w) => /^(?:-l|--selector|--field-selector)(?:=|$)/.test(w))
  );
}
