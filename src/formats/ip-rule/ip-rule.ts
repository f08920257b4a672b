import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { parseCidr } from "../../model/net/cidr.ts";
import type { Family } from "../../model/net/ip.ts";
import { protocolName } from "../../model/net/protocol.ts";
import type { RoutingRule } from "../../model/routing/route.ts";
import { counted } from "../counted.ts";
import type { Format, Lines } from "../format.ts";
import { tableName } from "../ip-route/route-line.ts";

/** `ip rule` (iproute2 6.1 ip/iprule.c print_rule): `32765:⇥not from 192.0.2.0/24 fwmark 0x4000/0x4000 lookup 100`. */
const line = /^(\d+):\s+(not )?from /;

export const ipRule: Format = {
  id: "ip-rule",
  title: words("ip rule", "ip rule"),
  sniff: (text) => (line.test(text) ? "strong" : undefined),
  printedBy: (command) =>
    command[0] === "ip" && /^(?:ru|rule)$/.test(command.find((w, i) => i > 0 && !w.startsWith("-")) ?? ""),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const rules: RoutingRule[] = [];
    const family = command?.words[0] !== "ip" ? undefined : command.words.includes("-6") ? 6 : 4;
    for (let i = 0; i < lines.length; i++) {
      if (lines.text(i).trim() === "") continue;
      const rule = ruleOf(lines, i, family);
      rules.push(rule);
      if (rule.unknown !== undefined)
        diagnostics.push({
          code: "ip-rule/not-modelled",
          severity: "warning",
          at: lines.span(i),
          message: words(
            `"${rule.unknown}" is not modelled: whether this rule applies is unknown.`,
            `“${rule.unknown}”尚未建模：该规则是否生效未知。`,
          ),
        });
    }
    const some = command?.words.slice(2).some((w) => !/^(?:-.*|rule|ru|s|sh|show|l|ls|lst|list)$/.test(w)) ?? false;
    // the kernel's own last rules are hardly ever deleted: without them the list was cut
    const ends = rules.some((r) => r.priority >= 32766);
    const whole = ends && !cut && !command?.filtered && family !== 6 && !some;
    return {
      value: {
        contributions: [{ kind: "rules", rules }],
        coverage: whole ? "whole" : "partial",
        counts: [counted(rules.length, "rule", "rules", "条规则")],
      },
      diagnostics,
    };
  },
};

/** `80`, `80-90`; undefined: neither. */
function range(text: string): readonly [number, number] | undefined {
  const [, low, high = low] = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text) ?? [];
  return low === undefined ? undefined : [Number(low), Number(high)];
}
const number = (text: string): number | undefined => (/^(?:0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : undefined);

/** What `ip -N` prints for actions (linux/rtnetlink.h RTN_BLACKHOLE …). */
const numbered: Readonly<Record<string, string>> = { "6": "blackhole", "7": "unreachable", "8": "prohibit" };

function ruleOf(lines: Lines, i: number, shown: Family | undefined): RoutingRule {
  const list = lines.text(i).trim().split(/\s+/);
  const priority = Number((list.shift() ?? "0:").slice(0, -1));
  const rule: { -readonly [K in keyof RoutingRule]?: RoutingRule[K] } = {};
  let action: RoutingRule["action"] = { kind: "nop" };
  let negated = false;
  const unknown: string[] = [];
  while (list.length > 0) {
    const first = list.shift() ?? "";
    const word = list.length === 0 ? (numbered[first] ?? first) : first;
    let value = "";
    const next = (): string => {
      value = list.shift() ?? "";
      return value;
    };
    /** What cannot be read is a condition that nobody can evaluate. */
    const known = <T>(read: T | undefined): T | undefined => {
      if (read === undefined) unknown.push(`${word} ${value}`);
      return read;
    };
    if (word === "not") negated = true;
    else if (word === "from" || word === "to") {
      if (next() === "all") continue;
      const cidr = known(parseCidr(value));
      if (cidr) rule[word] = cidr;
    } else if (word === "fwmark") {
      const [bits = "", mask = "0xffffffff"] = next().split("/");
      const [is, under] = [number(bits), number(mask)];
      const mark = known(is === undefined || under === undefined ? undefined : { value: is, mask: under });
      if (mark) rule.fwmark = mark;
    } else if (word === "iif" || word === "oif") rule[word] = next();
    // the device of iif or oif does not exist, or the target of goto does not: nothing matches, as the names say by themselves
    else if (word === "[detached]" || word === "[unresolved]") continue;
    else if (word === "tos" || word === "dsfield") {
      const tos = known(number(next()));
      if (tos !== undefined) rule.tos = tos;
    } else if (word === "ipproto") {
      const proto = known(protocolName(next().replace(/^ipproto-/, "")));
      if (proto !== undefined) rule.ipproto = proto;
    } else if (word === "sport" || word === "dport" || word === "uidrange") {
      const found = known(range(next()));
      if (found) rule[word] = found;
    } else if (word === "lookup" || word === "table") {
      // [l3mdev-table]: the table of the packet's VRF
      if (next().startsWith("[")) unknown.push(value);
      else action = { kind: "lookup", table: tableName(value) };
    } else if (word === "goto") {
      const target = known(number(next()));
      if (target !== undefined) action = { kind: "goto", priority: target };
    } else if (word === "blackhole" || word === "unreachable" || word === "prohibit" || word === "nop")
      action = { kind: word };
    else if (word === "suppress_prefixlength") {
      const length = known(number(next()));
      if (length !== undefined) rule.suppressPrefixLength = length;
    } else if (word === "suppress_ifgroup" || word === "tun_id" || word === "flowlabel")
      unknown.push(`${word} ${next()}`);
    else if (word === "proto" || word === "protocol" || word === "realms") next();
    else unknown.push(word);
  }
  const family = rule.from?.family ?? rule.to?.family ?? shown;
  return {
    ...rule,
    priority,
    ...(family === undefined ? {} : { family }),
    negated,
    action,
    ...(unknown.length > 0 ? { unknown: unknown.join(" ") } : {}),
    at: lines.span(i),
  };
}
