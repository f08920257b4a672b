import { words } from "../../base/words.ts";
import type { Contribution, Format } from "../format.ts";

/** `iptables --version`: `iptables v1.8.9 (nf_tables)`; before 1.8 without the backend. */
const line = /^(ip6?)tables(?:-nft|-legacy)? v(\d+\.\d+(?:\.\d+)*\S*?)(?: \((nf_tables|legacy)\))?\s*$/;

export const iptablesVersion: Format = {
  id: "iptables-version",
  title: words("iptables --version", "iptables --version"),
  sniff: (text) => (line.test(text) ? "strong" : undefined),
  printedBy: (command) => /^ip6?tables/.test(command[0] ?? "") && command.some((w) => w === "--version" || w === "-V"),
  parse({ lines, cut }) {
    const contributions: Contribution[] = [];
    for (let i = 0; i < lines.length; i++) {
      const [, family, version, backend] = line.exec(lines.text(i)) ?? [];
      if (version === undefined) continue;
      const tool = {
        family: family === "ip6" ? (6 as const) : (4 as const),
        version,
        ...(backend === undefined ? {} : { backend: backend === "legacy" ? ("legacy" as const) : ("nft" as const) }),
        at: lines.span(i),
      };
      contributions.push({ kind: "system", facts: { iptablesTools: [tool] } });
    }
    return { value: { contributions, coverage: cut ? "partial" : "whole", counts: [] }, diagnostics: [] };
  },
};
