import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import type { Contribution, Format, Lines, SegmentReading } from "../format.ts";
import { ipAddr } from "../ip-addr/ip-addr.ts";
import { ipRoute } from "../ip-route/ip-route.ts";
import { ipRule } from "../ip-rule/ip-rule.ts";
import { asText } from "./as-text.ts";
import { objectsOf } from "./json-objects.ts";

/**
 * `ip -j addr|link|route|rule`, `bridge -j link`, with -p or on one line. Each object is written as ip without -j would
 * print it, and read as that, so that both mean the same.
 *   [{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"mtu":65536,…,"addr_info":[{"family":"inet","local":"127.0.0.1",…}]}]
 *   [ {
 *           "dst": "default",
 */
const start =
  /^\s*\[\s*\{(?:\s*\}\s*,\s*\{)*\s*"(?:ifindex|ifname|link|dst|type|priority|gateway|not)":|^\[ \{(?:\},?\{)*\s*$|^\[\{\},/;
const key = /^\s*"(?:ifindex|ifname|addr_info|prefixlen|operstate|prefsrc|valid_life_time)":/;
const inner = /^\s*"[^"]*":|^\s*[{}[\]],?(?:\s*[{}[\]],?)*\s*$|^\s*\},\{\s*$|^\s*"[^"]*",?(?:"[^"]*",?)*\s*\]?,?\s*$/;
/** Where other JSON begins. */
const others = /^[{[]\s*$|^\s*"(?:apiVersion|kind|nftables)":/;

export const ipJson: Format = {
  id: "ip-json",
  title: words("ip -j", "ip -j"),
  sniff(line, inside) {
    if (start.test(line)) return "strong";
    if (inside) return inner.test(line) && !others.test(line) ? "strong" : undefined;
    return key.test(line) ? "weak" : undefined;
  },
  printedBy: (command) =>
    /^(?:ip|bridge)$/.test(command[0] ?? "") && command.some((w) => /^-(?:j|json|\w*j)$/.test(w) || w === "--json"),
  parse({ lines, command, cut }) {
    const starts: number[] = [];
    const texts: string[] = [];
    let length = 0;
    for (let i = 0; i < lines.length; i++) {
      starts.push(length);
      texts.push(lines.text(i));
      length += (texts[i]?.length ?? 0) + 1;
    }
    const { objects, complete } = objectsOf(texts.join("\n"));
    const spanAt = (from: number): Span => {
      let low = 0;
      for (let high = starts.length; high - low > 1; ) {
        const mid = (low + high) >> 1;
        if ((starts[mid] ?? 0) <= from) low = mid;
        else high = mid;
      }
      const column = from - (starts[low] ?? 0);
      return lines.span(low, column, column + 1);
    };
    const diagnostics: Diagnostic[] = [];
    const contributions: Contribution[] = [];
    const counts: SegmentReading["counts"][number][] = [];
    const printed = objects.map((object) => ({ ...asText(object.value), at: spanAt(object.from) }));
    let coverage: SegmentReading["coverage"] = complete && !cut ? "whole" : "partial";
    for (const format of [ipAddr, ipRoute, ipRule]) {
      const mine = printed.filter((p) => p.of === format.id);
      if (mine.length === 0) continue;
      const list = mine.flatMap((p) => p.lines.map((text) => ({ text, at: p.at })));
      const plain: Lines = {
        source: lines.source,
        length: list.length,
        text: (i) => list[i]?.text ?? "",
        plainLine: () => undefined,
        span: (i) => list[i]?.at ?? lines.span(0),
      };
      const parsed = format.parse({
        format: format.id,
        lines: plain,
        cut: cut || !complete,
        ...(command ? { command } : {}),
      });
      diagnostics.push(...parsed.diagnostics);
      contributions.push(...parsed.value.contributions);
      counts.push(...parsed.value.counts);
      if (parsed.value.coverage !== "whole") coverage = "partial";
    }
    const other = printed.find((p, i) => p.of === "nothing" && Object.keys(objects[i]?.value ?? {}).length > 0);
    if (other)
      diagnostics.push({
        code: "ip-json/not-used",
        severity: "info",
        at: other.at,
        message: words("Neighbours and other objects of ip are not used.", "ip 的邻居等其他对象未使用。"),
      });
    if (!complete)
      diagnostics.push({
        code: "ip-json/bad-json",
        severity: "error",
        at: lines.span(lines.length - 1),
        message: words("The JSON is not complete.", "JSON 不完整。"),
        advice: words("Paste all of it, or what ip prints without -j.", "请粘贴完整内容，或不带 -j 的 ip 输出。"),
      });
    return { value: { contributions, coverage: contributions.length > 0 ? coverage : "partial", counts }, diagnostics };
  },
};
