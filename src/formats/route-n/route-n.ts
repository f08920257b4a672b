import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { type Cidr, cidrOf, parseCidr } from "../../model/net/cidr.ts";
import { type Ip, parseIp } from "../../model/net/ip.ts";
import type { Route, RouteType } from "../../model/routing/route.ts";
import { counted } from "../counted.ts";
import type { Format, Lines } from "../format.ts";

/**
 * `route -n`, `netstat -rn` (net-tools 2.10) of the main table, and `route -A inet6 -n`, which mixes main and local; `!` is reject, `*` no device:
 *   Kernel IP routing table
 *   Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
 *   0.0.0.0         198.51.100.1    0.0.0.0         UG    100    0        0 eth0
 *   10.244.0.0      -               255.255.255.192 !H    0      -        0 -
 *   Destination                    Next Hop                   Flag Met Ref Use If
 *   2001:db8::/64                  [::]                       U    256 1     0 eth0
 */
const banner = /^Kernel (?:IP|IPv6) routing table/;
const header = /^Destination\s+Gateway\s+Genmask\s+Flags\s+(?:Metric|MSS)\s/;
const header6 = /^Destination\s+Next Hop\s+Flags?\s+Met/;
const row = /^(\S+)\s+(\S+)\s+(\d+\.\d+\.\d+\.\d+)\s+([A-Z!]+)\s+(\d+|-)\s+(\d+|-)\s+(\d+|-)\s+(\S+)\s*$/;
const row6 = /^([\da-fA-F:]+\/\d+|\[::\]\/0|default)\s+(\S+)\s+([A-Za-z!]+)\s+(-?\d+)\s+\d+\s+\d+\s+(\S+)\s*$/;

export const routeN: Format = {
  id: "route-n",
  title: words("route -n", "route -n"),
  sniff(line, inside) {
    if (banner.test(line) || header.test(line) || header6.test(line)) return "strong";
    return row.test(line) || row6.test(line) ? (inside ? "strong" : "weak") : undefined;
  },
  printedBy: (command) =>
    command[0] === "route" || (command[0] === "netstat" && command.some((w) => /^-\w*r|^--route/.test(w))),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const routes: Route[] = [];
    let titled = false;
    let six = false;
    /** netstat -rn has the MSS in the place of the metric. */
    let metrics = true;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (header.test(text)) titled = true;
      if (/\sMSS\s/.test(text)) metrics = false;
      if (header6.test(text)) six = true;
      if (text.trim() === "" || banner.test(text) || header.test(text) || header6.test(text)) continue;
      // the kernel's own last route of IPv6, which rejects
      if (/^(?:::\/0|\[::\]\/0) .*\s!n\s+-1\s/.test(text)) continue;
      const route = read(text, metrics, lines, i);
      if (route) routes.push(route);
      else
        diagnostics.push(
          /^(?:[a-z*]|\S+\s+[a-z])/i.test(text)
            ? {
                code: "route-n/names",
                severity: "warning",
                at: lines.span(i),
                message: words("Addresses of this route are printed as names.", "该路由的地址以名称打印。"),
                advice: words(
                  "Print with route -n, or better ip route show table all.",
                  "用 route -n 打印，最好用 ip route show table all。",
                ),
              }
            : {
                code: "route-n/bad-row",
                severity: "error",
                at: lines.span(i),
                message: words("This route cannot be read.", "这条路由无法读懂。"),
              },
        );
    }
    if (routes.length > 0)
      diagnostics.push({
        code: "route-n/first-hop",
        severity: "info",
        at: lines.span(0),
        message: words(
          "route -n shows the first of several gateways, and neither preferred sources nor other tables.",
          "route -n 只显示多个网关中的第一个，不显示首选源地址和其他路由表。",
        ),
        advice: words(
          "Paste what ip route show table all and ip rule print.",
          "粘贴 ip route show table all 和 ip rule 的输出。",
        ),
      });
    const whole = titled && !six && !cut && !command?.filtered && !diagnostics.some((d) => d.severity !== "info");
    return {
      value: {
        contributions: [{ kind: "routes", tables: whole ? ["main"] : [], routes }],
        coverage: whole ? "whole" : "partial",
        counts: [counted(routes.length, "route", "routes", "条路由")],
      },
      diagnostics,
    };
  },
};

/** Destinations and gateways that old net-tools without -n writes in words. */
const target = (text: string): string => (text === "default" || text === "*" ? "0.0.0.0" : text);

function read(text: string, metrics: boolean, lines: Lines, i: number): Route | undefined {
  const four = row.exec(text);
  if (four) {
    const [, destination = "", gateway = "", mask = "", flags = "", metric = "0", , , dev = ""] = four;
    return routeOf(
      parseCidr(`${target(destination)}/${mask}`),
      target(gateway),
      flags,
      metrics ? metric : "0",
      dev,
      lines,
      i,
    );
  }
  const [, destination = "", gateway = "", flags = "", metric = "0", dev = ""] = row6.exec(text) ?? [];
  const any = cidrOf(parseIp("::") as Ip, 0);
  const to = destination === "default" || destination === "[::]/0" ? any : parseCidr(destination);
  // Un: the node's own addresses, of the local table
  if (!to || (flags.includes("n") && !flags.includes("!")))
    return to && { ...base(to, lines, i), type: "local", table: "local", hops: [{ dev }] };
  return routeOf(to, gateway.replace(/^\[(.*)\]$/, "$1"), flags, metric, dev, lines, i);
}

const base = (to: Cidr, lines: Lines, i: number): Route => ({
  type: "unicast",
  to,
  table: "main",
  hops: [],
  metric: 0,
  flags: [],
  at: lines.span(i),
});

function routeOf(
  to: Cidr | undefined,
  gateway: string,
  flags: string,
  metric: string,
  dev: string,
  lines: Lines,
  i: number,
): Route | undefined {
  const via = parseIp(gateway);
  if (!to || (via === undefined && gateway !== "-" && gateway !== "*")) return undefined;
  const rejects = flags.includes("!") || dev === "*" || dev === "-";
  const type: RouteType = rejects ? (flags.includes("!") ? "unreachable" : "blackhole") : "unicast";
  const direct = via === undefined || via === "0.0.0.0" || via === "::";
  return {
    ...base(to, lines, i),
    type,
    hops: rejects ? [] : [{ ...(direct ? {} : { via }), dev }],
    // by an IPv6 gateway, which has no place in the column
    ...(direct && flags.includes("G") && !rejects ? { unknown: "gateway" } : {}),
    metric: Number(metric) || 0,
  };
}
