import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { anyRange, rangesIn } from "../control-plane-flags/ranges.ts";
import { counted } from "../counted.ts";
import type { Contribution, Format } from "../format.ts";
import { type Flag, flagsIn } from "../kube-proxy-flags/flag-words.ts";
import { startedWith } from "../kube-proxy-flags/started-with.ts";
import { readDocuments } from "../yaml-text.ts";

/**
 * /etc/rancher/k3s/config.yaml and /etc/rancher/rke2/config.yaml: flags without dashes as keys.
 *   cluster-cidr: 10.42.0.0/16
 *   service-cidr: 10.43.0.0/16
 *   kube-proxy-arg:
 *     - "proxy-mode=ipvs"
 */
const strong = /^(?:kube-proxy-arg\+?|cluster-cidr|service-cidr|disable-kube-proxy): ?\S*/;
const key = /^(?:[a-z][a-z0-9-]*\+?:(?:\s|$)|\s*- \S|\s*#)/;

export const k3sConfig: Format = {
  id: "k3s-config",
  title: words("k3s or rke2 config.yaml", "k3s 或 rke2 的 config.yaml"),
  sniff: (line, inside) => (strong.test(line) ? "strong" : inside && key.test(line) ? "weak" : undefined),
  printedBy: (command) => command.some((w) => /rancher\/(?:k3s|rke2)\/.*\.ya?ml/.test(w)),
  parse({ lines }) {
    const { documents, diagnostics: problems } = readDocuments(lines, "k3s-config");
    const diagnostics: Diagnostic[] = [...problems];
    const contributions: Contribution[] = [];
    let count = 0;
    for (const document of documents) {
      const { root } = document;
      if (!isMap(root)) continue;
      const flags: Flag[] = [];
      const passed: { text: string; at: Flag["at"] }[] = [];
      for (const { key: keyNode, value } of root.items) {
        const name = isScalar(keyNode) ? String(keyNode.value).replace(/\+$/, "") : "";
        for (const item of itemsOf(value)) {
          const at = document.span(item);
          if (name === "kube-proxy-arg") {
            const text = textOf(item);
            passed.push({ text: text.startsWith("--") ? text : `--${text}`, at });
          } else flags.push({ name, value: textOf(item), at });
        }
      }
      const facts = rangesIn(flags, "k3s");
      count += anyRange(facts) + passed.length;
      if (anyRange(facts) > 0) contributions.push({ kind: "cluster", facts });
      const [first] = passed;
      if (first)
        contributions.push({
          kind: "kube-proxy",
          config: startedWith(flagsIn(passed), false, first.at, diagnostics),
        });
      const off = flags.find((f) => f.name === "disable-kube-proxy" && f.value === "true");
      if (off) diagnostics.push(noKubeProxy(off));
    }
    return {
      value: {
        contributions: contributions.length > 0 ? contributions : [{ kind: "nothing" }],
        coverage: "partial",
        counts: [counted(count, "setting", "settings", "项设置")],
      },
      diagnostics,
    };
  },
};

const itemsOf = (value: unknown): readonly Node[] =>
  isSeq(value) ? value.items.filter((i) => isScalar(i)) : isScalar(value) ? [value] : [];
const textOf = (node: Node): string => (isScalar(node) ? String(node.value ?? "") : "");

const noKubeProxy = ({ at }: Flag): Diagnostic => ({
  code: "k3s-config/no-kube-proxy",
  severity: "warning",
  at,
  message: words(
    "kube-proxy is switched off here; something else carries Services.",
    "此处停用了 kube-proxy，Service 由其他组件承载。",
  ),
});
