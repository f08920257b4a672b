import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { parseCidr } from "../../model/net/cidr.ts";
import type { Family } from "../../model/net/ip.ts";
import type { RoutingRule } from "../../model/routing/route.ts";
import type { Format, Lines } from "../format.ts";

/** `ip rule`: `32765:⇥not from 192.0.2.0/24 fwmark 0x4000/0x4000 lookup 100`. */
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
    const family: Family | undefined = command?.words.includes("-6")
      ? 6
      : command?.words.includes("-4")
        ? 4
        : undefined;
    for (let i = 0; i < lines.length; i++) {
      if (lines.text(i).trim() === "") continue;
      const rule = { ...ruleOf(lines, i), ...(family && { family }) };
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
    const whole = !cut && !command?.filtered && !command?.words.includes("-6");
    return {
      value: {
        contributions: [{ kind: "rules", rules }],
        coverage: whole ? "whole" : "partial",
        counts: [{ n: rules.length, of: words("rules", "条规则") }],
      },
      diagnostics,
    };
  },
};

const range = (text: string): readonly [number, number] => {
  const [low = "0", high] = text.split("-");
  return [Number(low), Number(high ?? low)];
};

function ruleOf(lines: Lines, i: number): RoutingRule {
  const list = lines.text(i).trim().split(/\s+/);
  const priority = Number((list.shift() ?? "0:").slice(0, -1));
  const rule: { -readonly [K in keyof RoutingRule]?: RoutingRule[K] } = {};
  let action: RoutingRule["action"] = { kind: "nop" };
  let negated = false;
  const unknown: string[] = [];
  while (list.length > 0) {
    const word = list.shift() ?? "";
    const next = (): string => list.shift() ?? "";
    if (word === "not") negated = true;
    else if (word === "from" || word === "to") {
      const text = next();
      const cidr = text === "all" ? undefined : parseCidr(text);
      if (cidr) rule[word] = cidr;
      else if (text !== "all") unknown.push(`${word} ${text}`);
    } else if (word === "fwmark") {
      const [value = "0", mask] = next().split("/");
      rule.fwmark = { value: Number(value), mask: mask === undefined ? 0xffffffff : Number(mask) };
    } else if (word === "iif" || word === "oif") rule[word] = next();
    else if (word === "tos") rule.tos = Number(next());
    else if (word === "ipproto") rule.ipproto = next();
    else if (word === "sport" || word === "dport") rule[word] = range(next());
    else if (word === "uidrange") rule.uidrange = range(next());
    else if (word === "lookup") action = { kind: "lookup", table: next() };
    else if (word === "goto") action = { kind: "goto", priority: Number(next()) };
    else if (word === "blackhole" || word === "unreachable" || word === "prohibit" || word === "nop")
      action = { kind: word };
    else if (word === "suppress_prefixlength") rule.suppressPrefixLength = Number(next());
    else if (word === "proto" || word === "realms") next();
    else unknown.push(word);
  }
  return {
    ...rule,
    priority,
    negated,
    action,
    ...(unknown.length > 0 ? { unknown: unknown.join(" ") } : {}),
    at: lines.span(i),
  };
}
