import { words } from "../../base/words.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";

/**
 * `ip neigh` and `arp -n`: recognised so that they are taken for no routes.
 *   198.51.100.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE
 *   198.51.100.1             ether   02:00:00:00:00:01   C                     eth0
 */
const neighbour =
  /^[0-9a-fA-F.:]+ dev \S+ (?:lladdr \S+ )?(?:\w+ )*(?:REACHABLE|STALE|DELAY|PROBE|FAILED|INCOMPLETE|PERMANENT|NOARP|NONE)\s*$/;
const arp = /^Address\s+HWtype\s+HWaddress|^\S+\s+(?:ether\s+[0-9a-f:]{17}\s+[A-Z]+\s+\S+|\(incomplete\)\s+\S+)\s*$/;

export const ipNeigh: Format = {
  id: "ip-neigh",
  title: words("ip neigh", "ip neigh"),
  sniff: (line) => (neighbour.test(line) || arp.test(line) ? "strong" : undefined),
  printedBy: (command) =>
    (command[0] === "ip" &&
      /^(?:n|ne|neigh|neighbour|neighbor)$/.test(command.find((w, i) => i > 0 && !w.startsWith("-")) ?? "")) ||
    command[0] === "arp",
  parse: ({ lines }) => ({
    value: {
      contributions: [{ kind: "nothing" }],
      coverage: "partial",
      counts: [counted(lines.length, "neighbour", "neighbours", "个邻居")],
    },
    diagnostics: [
      {
        code: "ip-neigh/not-used",
        severity: "info",
        at: lines.span(0),
        message: words("Neighbours are recognised and not used.", "识别到邻居表，但未使用。"),
      },
    ],
  }),
};
