import { describe, expect, it } from "vitest";
import { contentOf } from "./testing/content.ts";
import { fixtures } from "./testing/fixtures.ts";
import { badSpans, read } from "./testing/format-checks.ts";

/** Dumps that nothing ends: one that is cut between two lines looks like a shorter one. */
const endless = new Set([
  "ethtool",
  "ip-addr",
  "ip-route",
  "ip-rule",
  "ipset-save",
  "ipvsadm-connections",
  "ipvsadm-list",
  "ipvsadm-save",
  "kube-proxy-config",
  "lsmod",
  "nft-monitor",
  "route-n",
  "sysctl",
  "tcpdump",
  "tshark",
  "xtables-monitor",
  "iptables-version",
  "kubectl-version",
]);
/** Places in other dumps where one of its parts is over and the next has not begun. */
const betweenParts: readonly (readonly [fixture: RegExp, last: RegExp])[] = [
  [/^iptables-save\//, /^# Completed on /],
  [/^iptables-list\//, /^(?:.* prot opt .*|.* (?:0|all|6|tcp|17|udp) +--? .*|)$/],
  [/^ipset-list\//, /^(?!Name:|Type:|Revision:|Header:|Size)/],
  [/^kubectl-get\/kubectl-1\.28-all/, /^/],
];
/** Up to which line of a fixture facts are others, and why. */
const untold: readonly (readonly [fixture: RegExp, lines: number, why: string])[] = [
  [/^iptables-list\/kube-nat\.ip6tables/, 2, "the titles of a listing are the same in both families"],
  [/^iptables-commands\//, 15, "a command further down puts a rule in front of others, which are then counted anew"],
];

describe.each(fixtures.map((one) => [one.name, one] as const))("%s", (_, { id, name, text }) => {
  it("cut behind any line says nothing else, and less only as a part", () => {
    const all = factsOf(text);
    const lines = text.split("\n").slice(0, -1);
    for (let n = 1; n < lines.length; n++) {
      const reading = read(`${lines.slice(0, n).join("\n")}\n`);
      expect(badSpans(reading)).toEqual([]);
      const facts: unknown = understood(JSON.parse(contentOf(reading)));
      if (!untold.some(([which, most]) => which.test(name) && n <= most))
        expect({ line: n, added: beyond(facts, all) }).toEqual({ line: n, added: undefined });
      const last = lines[n - 1] ?? "";
      const shows = !endless.has(id) && !betweenParts.some(([which, line]) => which.test(name) && line.test(last));
      if (shows && JSON.stringify(facts) !== JSON.stringify(all) && reading.segments.length > 0)
        expect({ line: n, coverage: reading.segments.map((s) => s.coverage) }).toEqual({
          line: n,
          coverage: expect.arrayContaining(["partial"]),
        });
    }
  });
});

const factsOf = (text: string): unknown => understood(JSON.parse(contentOf(read(text))));

/** Without rules that nobody understood, such as one that is cut within a quoted value: they are told as an error. */
function understood(value: unknown): unknown {
  if (Array.isArray(value))
    return value.filter((item) => !(isObject(item) && item["understood"] === false)).map(understood);
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, understood(inner)]))
    : value;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The first thing in `part` that is not in `whole`: lists may lack items, objects keys. */
function beyond(part: unknown, whole: unknown): string | undefined {
  if (Array.isArray(part)) {
    let next = 0;
    for (const item of part) {
      const from = next;
      while (Array.isArray(whole) && next < whole.length && beyond(item, whole[next]) !== undefined) next++;
      if (!Array.isArray(whole) || next === whole.length)
        return beyond(item, Array.isArray(whole) ? whole[from] : undefined) ?? JSON.stringify(item);
      next++;
    }
    return undefined;
  }
  if (!isObject(part)) return part === whole ? undefined : `${JSON.stringify(part)} for ${JSON.stringify(whole)}`;
  for (const [key, inner] of Object.entries(part)) {
    const found = isObject(whole) && key in whole ? beyond(inner, whole[key]) : "more";
    if (found !== undefined) return `${key}: ${found}`;
  }
  return undefined;
}
