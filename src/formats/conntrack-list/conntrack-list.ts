import type { Diagnostic, Parsed, Severity } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import type { Span } from "../../base/span.ts";
import { type Steps, toEnd } from "../../base/steps.ts";
import { verbatim, type Words, words } from "../../base/words.ts";
import { counted } from "../counted.ts";
import type { Format, Segment, SegmentReading } from "../format.ts";
import { readConnection, readSavedConnection } from "./connection-line.ts";
import { newConnectionLines } from "./connection-list.ts";

/**
 * `conntrack -L`, `conntrack -E`, /proc/net/nf_conntrack (conntrack-tools 1.4.7, kernel 6.18), kept as observations:
 *   tcp      6 116 TIME_WAIT src=192.0.2.1 dst=198.51.100.1 sport=48392 dport=443 src=… dst=… [ASSURED] mark=0 use=1
 *   ipv4     2 tcp      6 116 TIME_WAIT src=…
 *       [NEW] udp      17 30 src=…
 *   -A -t 116 -u SEEN_REPLY,ASSURED -s 192.0.2.1 -d 198.51.100.1 -r 203.0.113.1 …     (conntrack -o save)
 * The counters of `conntrack -S` are added up; XML is not read:
 *   cpu=0   ⇥found=0 invalid=3 insert=6 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=0
 */
const entry =
  /^\s*(?:\[[\d.]+\]\s+)?(?:\[(?:NEW|UPDATE|DESTROY)\]\s+)?(?:ipv[46]\s+\d+\s+)?[a-z][a-z0-9-]*\s+\d+\s+(?:\d+\s+)?(?:[A-Z_0-9]+\s+)?(?:timeout=\d+, stream_timeout=\d+ )?src=\S+ dst=\S+ /;
const saved = /^-A -t \d+ -u \S+ (?:-\w \S+ )*-s \S+ -d \S+/;
const footer = /^conntrack v\S+ \(conntrack-tools\): (\d+) (?:flow|expectation|event)/;
const statistics = /^cpu=\d+\s+(?:\w+=\d+\s*)+$/;
const xml = /^\s*<(?:\/?conntrack>|flow[ >])/;

/** Counters that are worth a chip where they are not 0 (man conntrack, -S). */
const telling = [
  "invalid",
  "insert_failed",
  "drop",
  "early_drop",
  "error",
  "search_restart",
  "clash_resolve",
  "chaintoolong",
];

export const conntrackList: Format = {
  id: "conntrack-list",
  title: words("conntrack -L", "conntrack -L"),
  sniff: (line) =>
    entry.test(line) || saved.test(line) || footer.test(line) || statistics.test(line) || xml.test(line)
      ? "strong"
      : undefined,
  printedBy: (command) =>
    command[0] === "conntrack" ||
    (/^(?:cat|head|tail|less|more)$/.test(command[0] ?? "") &&
      command.some((w) => /^\/proc\/net\/nf_conntrack$/.test(w))),
  parse: (segment) => toEnd(parseSteps(segment)),
  parseSteps,
};

function* parseSteps({ lines, command, cut }: Segment): Steps<Parsed<SegmentReading>> {
  const diagnostics: Diagnostic[] = [];
  const found = newConnectionLines();
  const counters = new Map<string, number>();
  let countersAt: Span | undefined;
  let inXml = false;
  let promised: number | undefined;
  const say = (
    code: Defect<"conntrack-list">,
    severity: Severity,
    at: Diagnostic["at"],
    message: Words,
    advice?: Words,
  ): void => {
    diagnostics.push({ code: `conntrack-list/${code}`, severity, at, message, ...(advice && { advice }) });
  };
  for (let i = 0; i < lines.length; i++) {
    if ((i & 1023) === 1023) yield i / lines.length;
    const text = lines.text(i);
    if (text.trim() === "") continue;
    const shown = footer.exec(text)?.[1];
    if (shown !== undefined) promised = (promised ?? 0) + Number(shown);
    else if (statistics.test(text)) {
      countersAt ??= lines.span(i);
      for (const [, name = "", n = "0"] of text.matchAll(/(\w+)=(\d+)/g))
        if (name !== "cpu") counters.set(name, (counters.get(name) ?? 0) + Number(n));
    } else if (xml.test(text)) {
      if (!inXml)
        say(
          "xml",
          "warning",
          lines.span(i),
          words("The XML of conntrack is not read.", "不读取 conntrack 的 XML 输出。"),
          words("Paste what conntrack -L prints.", "粘贴 conntrack -L 的输出。"),
        );
      inXml = true;
    } else {
      const connection = read(text);
      if (!connection) {
        say("not-understood", "error", lines.span(i), words("This connection cannot be read.", "这条连接无法读懂。"));
        continue;
      }
      found.push(i);
      if (connection.more === undefined) continue;
      const from = text.indexOf(connection.more.split(" ")[0] ?? "");
      say(
        "unknown-word",
        "info",
        lines.span(i, from, from + 1),
        words(
          `Not known in a connection: ${connection.more}; it is kept.`,
          `连接中有无法识别的内容：${connection.more}，予以保留。`,
        ),
      );
    }
  }
  // conntrack -L -p tcp: some of them; a table changes while it is read, so a footer's number may differ by a few
  const some = command?.words.some((w) =>
    /^(?:-[sdrqpgnjmufw]|--(?:src|dst|orig|reply|proto|state|mark|zone).*)$/.test(w),
  );
  const events = command?.words.some((w) => w === "-E" || w === "--event");
  const whole = !cut && !command?.filtered && !some && !events && !inXml && found.length > 0 && promised !== undefined;
  return {
    value: {
      contributions: [
        { kind: "connections", connections: found.connections(lines, read) },
        ...(countersAt
          ? [{ kind: "system", facts: { conntrackCounters: { counters, at: countersAt } } } as const]
          : []),
      ],
      coverage: whole ? "whole" : "partial",
      counts: [
        counted(found.length, "connection", "connections", "条连接"),
        ...telling.flatMap((name) => {
          const n = counters.get(name) ?? 0;
          return n > 0 ? [{ n, of: verbatim(name) }] : [];
        }),
      ],
    },
    diagnostics,
  };
}

const read = (text: string): ReturnType<typeof readConnection> => readConnection(text) ?? readSavedConnection(text);
