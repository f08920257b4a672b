import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import type { Contribution, Format } from "../format.ts";

/**
 * `nft list ruleset` (nft 1.0): recognised, not modelled.
 *   # Warning: table ip nat is managed by iptables-nft, do not touch!
 *   table ip nat {
 *   ⇥chain PREROUTING {
 *   ⇥⇥type nat hook prerouting priority dstnat; policy accept;
 * Of tables that iptables-nft manages nft prints xt matches without their arguments and drops negations: only
 * iptables-save shows them faithfully. `table ip kube-proxy` is kube-proxy's nftables mode (1.29+).
 */
const table = /^table (ip6?|inet|arp|bridge|netdev) (\S+) \{/;
const managed = /^# Warning: table (\S+ \S+) is managed by iptables-nft/;
const block = /^\s+(?:chain|set|map|flowtable|counter|limit|quota) \S+ \{\s*$/;
const iptablesTables: readonly string[] = ["filter", "nat", "mangle", "raw", "security"];

export const nftList: Format = {
  id: "nft-list",
  title: words("nft list ruleset", "nft list ruleset"),
  sniff(line, inside) {
    if (table.test(line) || managed.test(line)) return "strong";
    if (!inside) return block.test(line) ? "weak" : undefined;
    return line.startsWith("\t") || line === "}" || block.test(line)
      ? "strong"
      : /^\s+\S/.test(line) || line.trim() === "}"
        ? "weak"
        : undefined;
  },
  printedBy: (command) => command[0] === "nft",
  parse({ lines }) {
    const contributions: Contribution[] = [];
    const diagnostics: Diagnostic[] = [];
    let tables = 0;
    let iptables: Span | undefined;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (managed.test(text)) iptables ??= lines.span(i);
      const [, family, name = ""] = table.exec(text) ?? [];
      if (family === undefined) continue;
      tables++;
      if (name === "kube-proxy" && family.startsWith("ip"))
        contributions.push({ kind: "dataplane", name: "kube-proxy's nftables mode", at: lines.span(i) });
      else if (family !== "inet" && iptablesTables.includes(name)) iptables ??= lines.span(i);
    }
    if (iptables)
      diagnostics.push({
        code: "nft-list/iptables-nft",
        severity: "warning",
        at: iptables,
        message: words(
          "nft does not print tables of iptables-nft faithfully: set names and negations are missing. They are not used.",
          "nft 打印 iptables-nft 的表时会丢失集合名和取反，不可信，因此未使用。",
        ),
        advice: words("Paste iptables-save.", "粘贴 iptables-save 的输出。"),
      });
    else if (lines.length > 0)
      diagnostics.push({
        code: "nft-list/not-modelled",
        severity: "warning",
        at: lines.span(0),
        message: words("nftables rules are recognised and not modelled.", "识别到 nftables 规则，但尚未建模。"),
      });
    return {
      value: {
        contributions: contributions.length > 0 ? contributions : [{ kind: "nothing" }],
        coverage: "partial",
        counts: [{ n: tables, of: words("tables", "张表") }],
      },
      diagnostics,
    };
  },
};
