import { words } from "../../base/words.ts";
import type { Format } from "../format.ts";

/**
 * `conntrack -L`, `conntrack -E`, `/proc/net/nf_conntrack`, and `ipvsadm -Lnc`:
 *   tcp      6 116 TIME_WAIT src=192.0.2.1 dst=198.51.100.1 sport=48392 dport=443 src=… dst=… [ASSURED] mark=0 use=1
 *   ipv4     2 tcp      6 116 TIME_WAIT src=…
 *       [NEW] udp      17 30 src=…
 *   -A -t 116 -u SEEN_REPLY,ASSURED -s 192.0.2.1 -d 198.51.100.1 -g 203.0.113.1 …     (conntrack -o save)
 *   TCP 14:31  ESTABLISHED 192.0.2.1:36652    198.51.100.1:443    203.0.113.1:6443
 * Recognised so that its lines are not taken for anything else; natlens does not use connections yet.
 */
const entry =
  /^\s*(?:\[[\d.]+\]\s+)?(?:\[(?:NEW|UPDATE|DESTROY)\]\s+)?(?:ipv[46]\s+\d+\s+)?[a-z0-9]+\s+\d+\s+(?:\d+\s+)?(?:[A-Z_0-9]+\s+)?src=\S+ dst=\S+ /;
const saved = /^-A -t \d+ -u \S+ -s \S+ -d \S+/;
const ipvs = /^(?:IPVS connection entries|pro expire state\s|(?:TCP|UDP|SCTP)\s+\d+:\d\d\s+[A-Z_!]+\s+\S+\s+\S+)/;
const footer = /^conntrack v\S+ \(conntrack-tools\): \d+ flow entr/;

export const conntrackList: Format = {
  id: "conntrack-list",
  title: words("conntrack -L", "conntrack -L"),
  sniff: (line) =>
    entry.test(line) || saved.test(line) || ipvs.test(line) || footer.test(line) ? "strong" : undefined,
  printedBy: (command) =>
    command[0] === "conntrack" || (command[0] === "ipvsadm" && command.some((w) => /^-\w*c|^--connection$/.test(w))),
  parse({ lines }) {
    let n = 0;
    for (let i = 0; i < lines.length; i++) if (/ src=|^-A|^(?:TCP|UDP|SCTP) /.test(lines.text(i))) n++;
    return {
      value: {
        contributions: [{ kind: "nothing" }],
        coverage: "partial",
        counts: [{ n, of: words("connections", "条连接") }],
      },
      diagnostics: [
        {
          code: "conntrack-list/not-used",
          severity: "info",
          at: lines.span(0),
          message: words(
            "Connections are recognised and not used: natlens follows new connections.",
            "识别到连接列表，但未使用：natlens 只推演新连接。",
          ),
        },
      ],
    };
  },
};
