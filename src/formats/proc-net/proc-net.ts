import { words } from "../../base/words.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";

/**
 * The kernel's own tables of addresses and routes (Linux 6.18), for machines, not for people; ip prints all that they hold:
 *   /proc/net/route        vb⇥0000010A⇥00000000⇥0001⇥0⇥0⇥0⇥00FFFFFF⇥0⇥0⇥0
 *   /proc/net/fib_trie        +-- 10.1.0.0/24 2 0 2            |-- 10.1.0.2               /32 host LOCAL
 *   /proc/net/if_inet6     fd000001000000000000000000000002 03 40 00 82       vb
 *   /proc/net/ipv6_route   fd0000…0098 80 0000…0000 00 0000…0000 00000100 00000001 00000000 00000001       vb
 */
const lines_: readonly RegExp[] = [
  /^Iface\tDestination\tGateway/,
  /^[^\s:]+\t[0-9A-F]{8}\t[0-9A-F]{8}\t[0-9A-F]{4}\t\d+\t/,
  /^\s+(?:\+-- \d+\.\d+\.\d+\.\d+\/\d+ \d+ \d+ \d+|\|-- \d+\.\d+\.\d+\.\d+)\s*$/,
  /^\s+\/\d+ (?:host|link|universe|global|site|nowhere) (?:LOCAL|UNICAST|BROADCAST|BLACKHOLE|UNREACHABLE|PROHIBIT|THROW)/,
  /^[0-9a-f]{32} [0-9a-f]{2} [0-9a-f]{2} [0-9a-f]{2} [0-9a-f]{2} +\S+\s*$/,
  /^[0-9a-f]{32} [0-9a-f]{2} [0-9a-f]{32} [0-9a-f]{2} [0-9a-f]{32} (?:[0-9a-f]{8} ){4} *\S+\s*$/,
];
const heading = /^(?:Main|Local|Id \d+):\s*$/;
const file = /^\/proc\/net\/(?:route|fib_trie|if_inet6|ipv6_route)$/;

export const procNet: Format = {
  id: "proc-net",
  title: words("/proc/net", "/proc/net"),
  sniff: (line) => (lines_.some((pattern) => pattern.test(line)) ? "strong" : heading.test(line) ? "weak" : undefined),
  printedBy: (command) => command.some((w) => file.test(w)),
  parse: ({ lines }) => ({
    value: {
      contributions: [{ kind: "nothing" }],
      coverage: "partial",
      counts: [counted(lines.length, "line", "lines", "行")],
    },
    diagnostics: [
      {
        code: "proc-net/not-used",
        severity: "warning",
        at: lines.span(0),
        message: words(
          "The kernel's own tables under /proc/net are recognised and not read.",
          "识别到 /proc/net 下的内核表，但不读取。",
        ),
        advice: words(
          "Paste what ip addr and ip route show table all print.",
          "粘贴 ip addr 和 ip route show table all 的输出。",
        ),
      },
    ],
  }),
};
