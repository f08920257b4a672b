import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import { type Words, words } from "../../base/words.ts";
import type { Route } from "../../model/routing/route.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";
import { hopLine, routeLine, tableName } from "./route-line.ts";

/**
 * `ip route`, `ip route show table all` (iproute2 6.1; 3.x writes two blanks and 10.1/16; -N numbers for names, -o `\` for line ends):
 *   default via 198.51.100.1 dev eth0 proto dhcp src 198.51.100.7 metric 100
 *   local 192.0.2.1 dev kube-ipvs0 table local proto kernel scope host src 192.0.2.1
 *   203.0.113.0/24 proto 17
 *   ⇥nexthop via 198.51.100.1 dev eth0 weight 2
 * `ip route get` answers one question, and `ip nexthop` lists what `nhid` names:
 *   198.51.100.9 via 198.51.100.1 dev eth0 src 198.51.100.7 uid 0
 *       cache
 *   id 10 group 1,2/1,3 proto zebra
 *   id 10 index 0 idle_time 2.3 nhid 1
 */
const typed =
  /^(?:unicast|local|broadcast|anycast|multicast|blackhole|unreachable|prohibit|throw|nat|[1-9]|10) (?:default|[0-9a-fA-F]*[.:][0-9a-fA-F.:]*(?:\/\d+)?)(?: |$)/;
const plain =
  /^(?:default|[0-9a-fA-F.:]+(?:\/\d+)?) +(?:via|dev|proto|scope|table|metric|nhid|encap|src|from|tos|mtu|advmss|realm) /;
/** The target alone: the hops of several stand on lines of their own. */
const bare = /^(?:default|[0-9.]+\/\d+|[0-9a-f]*:[0-9a-f:]*\/\d+)\s*$/;
// ip neigh: 198.51.100.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE
const neighbour = / lladdr | (?:REACHABLE|STALE|DELAY|PROBE|FAILED|INCOMPLETE|PERMANENT|NOARP|NONE)\s*$/;
// the answer's second line; what -d adds to a route by nhid
const cache = /^\s+(?:cache|nh_info )/;
const hop = /^\s*nexthop /;
const nexthop = /^id \d+ (?:via |dev |group |blackhole|encap |index \d+ )/;

export const ipRoute: Format = {
  id: "ip-route",
  title: words("ip route", "ip route"),
  sniff(line, inside) {
    if (nexthop.test(line)) return "strong";
    if (!neighbour.test(line) && (plain.test(`${line} `) || typed.test(line))) return "strong";
    if (bare.test(line)) return inside || line.endsWith(" ") ? "weak" : undefined;
    return inside && ((hop.test(line) && /^\s/.test(line)) || cache.test(line)) ? "weak" : undefined;
  },
  printedBy: (command) =>
    command[0] === "ip" && /^(?:r|ro|route|nexthop)$/.test(command.find((w, i) => i > 0 && !w.startsWith("-")) ?? ""),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const routes: Route[] = [];
    const answers: Route[] = [];
    const asksOne = command?.words.includes("get") ?? false;
    const asked = tableOf(command?.words ?? []);
    let sawTable = false;
    let bad = false;
    let objects = false;
    const say = (code: Defect<"ip-route">, severity: Severity, at: Diagnostic["at"], message: Words): void => {
      diagnostics.push({ code: `ip-route/${code}`, severity, at, message });
    };
    const unread = (i: number): void => {
      bad = true;
      say("not-understood", "error", lines.span(i), words("This route cannot be read.", "这条路由无法读懂。"));
    };
    const report = (i: number, strange: readonly string[]): void => {
      const [word] = strange;
      if (word === undefined) return;
      const from = lines.text(i).indexOf(word);
      say(
        "unknown-word",
        "warning",
        lines.span(i, from, from + word.length),
        words(
          `Not known of a route: ${strange.join(" ")}; it is kept.`,
          `路由中有无法识别的词：${strange.join(" ")}，予以保留。`,
        ),
      );
    };
    for (let i = 0; i < lines.length; i++) {
      const all = lines.text(i);
      if (all.trim() === "" || cache.test(all)) continue;
      if (nexthop.test(all)) {
        if (!objects)
          say(
            "nexthop-objects",
            "info",
            lines.span(i),
            words("Objects of ip nexthop are not used.", "ip nexthop 的对象未使用。"),
          );
        objects = true;
        continue;
      }
      // -o: the hops of a route stand on its line, behind backslashes
      for (const text of all.split(/\\(?=\s)/)) {
        if (hop.test(text)) {
          const last = routes.pop();
          const read = hopLine(text);
          if (last) routes.push(read ? { ...last, hops: [...last.hops, read.value] } : last);
          if (read) report(i, read.strange);
          else unread(i);
          continue;
        }
        const read = routeLine(text, asked && asked !== "all" ? asked : "main", lines.span(i));
        if (!read) {
          unread(i);
          continue;
        }
        report(i, read.strange);
        if (/ table /.test(text)) sawTable = true;
        const next = i + 1 < lines.length ? lines.text(i + 1) : "";
        if ((asksOne && answers.length === 0) || /^\s+cache/.test(next) || isAnswer(text)) {
          answers.push(read.value);
          say(
            "one-answer",
            "info",
            lines.span(i),
            words("This is the answer of ip route get, not a routing table.", "这是 ip route get 的回答，不是路由表。"),
          );
        } else routes.push(read.value);
        if (read.value.unknown !== undefined)
          say(
            "not-modelled",
            "warning",
            lines.span(i),
            words(
              `“${read.value.unknown}” is not modelled: whether packets take this route is unknown.`,
              `“${read.value.unknown}”尚未建模：报文是否走该路由未知。`,
            ),
          );
      }
    }
    const lost = new Set(routes.filter((r) => r.type === "unicast" && r.hops.length === 0));
    for (const route of lost)
      say(
        "no-hop",
        "error",
        route.at,
        words("This route has neither a device nor a gateway.", "该路由既没有设备，也没有网关。"),
      );
    const kept = lost.size > 0 ? routes.filter((r) => !lost.has(r)) : routes;
    // IPv6 alone says nothing of the IPv4 routes of a table
    const wide = routes.length > 0 && routes.every((r) => r.to.family === 6);
    const whole =
      !cut &&
      !command?.filtered &&
      answers.length === 0 &&
      !asksOne &&
      !objects &&
      !bad &&
      lost.size === 0 &&
      !wide &&
      !isNarrowed(command?.words ?? []);
    const tables = !whole
      ? []
      : asked === "all" || sawTable
        ? [...new Set(["main", "local", "default", ...routes.map((r) => r.table)])]
        : [asked ?? "main"];
    return {
      value: {
        contributions: [
          { kind: "routes", tables, routes: kept },
          ...(answers.length > 0 ? [{ kind: "route-answers", answers } as const] : []),
        ],
        coverage: whole ? "whole" : "partial",
        counts: [
          counted(kept.length, "route", "routes", "条路由"),
          ...(answers.length > 0 ? [counted(answers.length, "answer", "answers", "个回答")] : []),
        ],
      },
      diagnostics,
    };
  },
};

/** `… uid 0`; of IPv6 the answer names the sender that was asked for and has no prefix: `2001:db8::1 from :: dev eth0 …`. */
const isAnswer = (text: string): boolean =>
  / uid \d+(?:\s|$)/.test(text) || /^(?:local |multicast )?[0-9a-fA-F]*:[0-9a-fA-F:.]* from \S+ /.test(text);

/** `ip route show dev eth0`, `ip route list 192.0.2.0/24`: not all routes of the table. */
function isNarrowed(command: readonly string[]): boolean {
  const at = command.findIndex((w) => /^(?:r|ro|route)$/.test(w));
  const rest = at === -1 ? [] : command.slice(at + 1);
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? "";
    if (word === "table" || word === "t") i++;
    else if (!/^(?:s|sh|show|l|ls|lst|list|-.*)$/.test(word)) return true;
  }
  return command.slice(0, at).includes("-6");
}

function tableOf(command: readonly string[]): string | undefined {
  const at = command.findIndex((w) => w === "table" || w === "t");
  const name = at === -1 ? undefined : command[at + 1];
  return name === undefined ? undefined : tableName(name);
}
