import { words } from "../../base/words.ts";
import type { Contribution, Format } from "../format.ts";

/**
 * `cilium status`, `cilium-dbg status [--verbose]` (cilium 1.9 to 1.16, pkg/client/client.go): only whether Cilium carries
 * Services itself. Other lines are `Name:` and blanks up to one column.
 *   KVStore:                 Ok   Disabled
 *   Kubernetes:              Ok   1.28 (v1.28.2) [linux/amd64]
 *   KubeProxyReplacement:    True   [eth0 192.0.2.7 (Direct Routing)]
 * The word was Strict, Probe, Partial or Disabled before 1.14, True or False since. Partial: kube-proxy carries the rest.
 */
const replacement = /^\s*KubeProxyReplacement:\s+(\w+)/;
const other = /^(?:\s*[A-Z][A-Za-z0-9/ -]{2,40}:(?:\s{2,}\S.*)?|\s+- \S.*|\s{2,}\S.*)$/;

export const ciliumStatus: Format = {
  id: "cilium-status",
  title: words("cilium status", "cilium status"),
  sniff: (line, inside) => (replacement.test(line) ? "strong" : inside && other.test(line) ? "weak" : undefined),
  printedBy: (command) => /^cilium(?:-dbg)?$/.test(command[0] ?? "") && command.includes("status"),
  parse({ lines }) {
    const contributions: Contribution[] = [];
    for (let i = 0; i < lines.length; i++) {
      const mode = replacement.exec(lines.text(i))?.[1];
      if (mode !== undefined && /^(?:True|Strict)$/i.test(mode))
        contributions.push({ kind: "dataplane", name: "Cilium (eBPF)", at: lines.span(i) });
    }
    return {
      value: {
        contributions: contributions.length > 0 ? contributions : [{ kind: "nothing" }],
        coverage: "partial",
        counts: [],
      },
      diagnostics: [],
    };
  },
};
