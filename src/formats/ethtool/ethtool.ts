import { words } from "../../base/words.ts";
import type { Offload } from "../../model/node/system.ts";
import type { Format } from "../format.ts";

/**
 * `ethtool -k DEVICE` (ethtool netdev features):
 *   Features for flannel.1:
 *   tx-checksumming: on
 *   	tx-checksum-ip-generic: on
 *   	tx-checksum-ipv4: off [fixed]
 */
const head = /^Features for (\S+):\s*$/;
const row = /^\s*([a-z][\w-]+): (on|off)(?: \[(?:fixed|requested on|requested off|not requested)\])?\s*$/;
/** Of these a row alone is telling. */
const known =
  /^\s*(?:[rt]x-(?:checksum|gso|udp|vlan|gro|scatter)[\w-]*|(?:generic|tcp)-segmentation-offload): (?:on|off)\b/;

export const ethtool: Format = {
  id: "ethtool",
  title: words("ethtool -k", "ethtool -k"),
  sniff(line, inside) {
    if (head.test(line) || (known.test(line) && row.test(line))) return "strong";
    return inside && row.test(line) ? "weak" : undefined;
  },
  printedBy: (command) =>
    command[0] === "ethtool" && command.some((w) => w === "-k" || w === "--show-features" || w === "--show-offload"),
  parse({ lines, command, cut }) {
    const asked = command?.words[0] === "ethtool" ? command.words.slice(1).find((w) => !w.startsWith("-")) : undefined;
    const offloads: Offload[] = [];
    let device = asked;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      const [, of] = head.exec(text) ?? [];
      device = of ?? device;
      const [, feature, value] = row.exec(text) ?? [];
      if (feature !== undefined)
        offloads.push({ ...(device === undefined ? {} : { device }), feature, on: value === "on", at: lines.span(i) });
    }
    return {
      value: {
        contributions: [{ kind: "system", facts: { offloads } }],
        coverage: cut || command?.filtered ? "partial" : "whole",
        counts: [{ n: offloads.length, of: words("device features", "项网卡特性") }],
      },
      diagnostics: [],
    };
  },
};
