import { words } from "../../base/words.ts";
import type { Contribution, Format } from "../format.ts";

/**
 * `kubectl version`, short and before 1.28:
 *   Server Version: v1.32.4
 *   Server Version: version.Info{Major:"1", Minor:"9", GitVersion:"v1.9.11", GitCommit:"…", …}
 */
const line = /^(Client|Server) Version: (?:version\.Info\{.*?GitVersion:"(v[^"]+)"|(v\d+\.\d+\.\d+\S*))/;
const other = /^Kustomize Version: /;

export const kubectlVersion: Format = {
  id: "kubectl-version",
  title: words("kubectl version", "kubectl version"),
  sniff: (text) => (line.test(text) || other.test(text) ? "strong" : undefined),
  printedBy: (command) => /^(?:kubectl|oc|k|k3s)$/.test(command[0] ?? "") && command.includes("version"),
  parse({ lines, cut }) {
    const contributions: Contribution[] = [];
    for (let i = 0; i < lines.length; i++) {
      const [, side, long, short] = line.exec(lines.text(i)) ?? [];
      const value = long ?? short;
      if (side === "Server" && value !== undefined)
        contributions.push({ kind: "system", facts: { serverVersion: { value, at: lines.span(i) } } });
    }
    return {
      value: {
        contributions: contributions.length > 0 ? contributions : [{ kind: "nothing" }],
        coverage: cut ? "partial" : "whole",
        counts: [],
      },
      diagnostics: [],
    };
  },
};
