import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";

/**
 * `lsmod` and /proc/modules:
 *   Module                  Size  Used by
 *   ip_vs                 176128  6 ip_vs_rr,ip_vs_sh,ip_vs_wrr
 *   ip_vs 176128 6 ip_vs_rr,ip_vs_sh,ip_vs_wrr, Live 0x0000000000000000
 */
const head = /^Module\s+Size\s+Used by\s*$/;
const procRow = /^[\w-]+ \d+ \d+ (?:-|\S+,) (?:Live|Loading|Unloading) 0x[0-9a-f]+/;
const row = /^([\w-]+)\s+\d+\s+-?\d+(?:\s|$)/;
/** Of these a row alone is telling. */
const known = /^(?:ip_vs|ip_set|nf_|nft_|xt_|ip6?table|br_netfilter|ip6?t_)\w*\s+\d+\s+\d+(?:\s|$)/;

export const lsmod: Format = {
  id: "lsmod",
  title: words("lsmod", "lsmod"),
  sniff(line, inside) {
    if (head.test(line) || procRow.test(line)) return "strong";
    return known.test(line) || (inside && row.test(line)) ? "weak" : undefined;
  },
  printedBy: (command) => command[0] === "lsmod" || command.includes("/proc/modules"),
  parse({ lines, command, cut }) {
    const loaded = new Map<string, { readonly at: Span }>();
    let headed = false;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      headed ||= head.test(text) || procRow.test(text);
      const name = head.test(text) ? undefined : row.exec(text)?.[1];
      if (name !== undefined) loaded.set(name, { at: lines.span(i) });
    }
    const coverage = headed && !cut && !command?.filtered ? "whole" : "partial";
    return {
      value: {
        contributions: [{ kind: "system", facts: { modules: { coverage, loaded } } }],
        coverage,
        counts: [counted(loaded.size, "kernel module", "kernel modules", "个内核模块")],
      },
      diagnostics: [],
    };
  },
};
