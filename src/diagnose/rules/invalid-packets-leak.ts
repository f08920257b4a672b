/*
 * What it finds: in iptables mode kube-proxy does not drop packets that conntrack calls INVALID (before 1.15), and neither does conntrack
 *   take a wide view (nf_conntrack_tcp_be_liberal 0); and there are such packets.
 * Why traffic breaks: what is INVALID is not translated. A late packet of the server reaches the client with the server's own address; the
 *   client has never heard of it and resets, which ends the true connection: "connection reset by peer" on long downloads.
 * How sure: a hint where conntrack -S counts many. Likely where a capture shows it: the client resets towards the endpoint itself.
 * Fix: be_liberal, or kube-proxy 1.15 and later.
 * References: kubernetes 74839, 94861, 117924; PRs 74840, 120412, 122663.
 */
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import { chainOf, rulesIn } from "../../kube-proxy/rule-words.ts";
import type { Family } from "../../model/net/ip.ts";
import { familyOf } from "../../model/net/ip.ts";
import type { CapturedPacket } from "../../model/node/observation.ts";
import { sideWords } from "../borrow.ts";
import { toolFor } from "../fix/commands.ts";
import { works } from "../probe.ts";
import type { Side } from "../side.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";

const key = "net.netfilter.nf_conntrack_tcp_be_liberal";
const chain = "KUBE-FORWARD";
/** A few belong to every node: late answers, scans. */
const many = 1000;

/** KUBE-FORWARD was pasted whole, and none of its rules drops INVALID. */
function letsThrough({ snapshot }: Side, family: Family): Span | undefined {
  const ruleset = snapshot.iptables.get(family);
  const found = chainOf(ruleset, "filter", chain);
  if (!found || found.rules.length === 0 || ruleset?.tables.get("filter")?.state !== "whole") return undefined;
  for (const r of rulesIn(ruleset, "filter", chain)) if (r.text.includes("INVALID")) return undefined;
  return found.at ?? found.rules.at(0)?.at;
}

/** A client that talks to a Service and resets towards one of its endpoints instead: it got a packet from there. */
function strayReset(side: Side, family: Family): CapturedPacket | undefined {
  const packets = side.pasted.captures.filter((p) => p.proto === "tcp" && familyOf(p.src) === family);
  if (packets.length === 0) return undefined;
  const endpoints = new Set(side.services.flatMap((s) => s.endpoints.map((e) => `${e.address} ${e.port}`)));
  const services = new Set<string>(side.services.map((s) => `${s.address} ${s.port}`));
  const toService = packets.filter((p) => services.has(`${p.dst} ${p.dport}`));
  const asked = new Set(toService.map((p) => `${p.src} ${p.sport}`));
  const reset = new Set(toService.filter((p) => p.flags.includes("R")).map((p) => `${p.src} ${p.sport}`));
  return packets.find(
    (p) =>
      p.flags.includes("R") &&
      endpoints.has(`${p.dst} ${p.dport}`) &&
      asked.has(`${p.src} ${p.sport}`) &&
      !reset.has(`${p.src} ${p.sport}`) &&
      packets.some((q) => q.src === p.dst && q.sport === p.dport && q.dst === p.src && q.dport === p.sport),
  );
}

export const invalidPacketsLeak: DefectRule = {
  id: "invalid-packets-leak",

  find({ side, probes: all }: Case): Sighting[] {
    const { snapshot } = side;
    const liberal = snapshot.sysctls.get(key);
    if (side.print.mode !== "iptables" || liberal?.value.trim() !== "0") return [];
    const sightings: Sighting[] = [];
    const counted = snapshot.system.conntrackCounters;
    const invalid = counted?.counters.get("invalid") ?? 0;
    for (const family of [4, 6] as const) {
      const at = letsThrough(side, family);
      if (!at) continue;
      const stray = strayReset(side, family);
      if (!stray && (invalid < many || family === 6)) continue;
      sightings.push({
        id: "invalid-packets-leak",
        side,
        family,
        probes: all.filter((p) => p.flow.from === "pod" && familyOf(p.flow.to) === family && works(p)).slice(0, 3),
        remedies: [],
        unproven: words(
          "It takes a packet out of order, late in a connection; connections are simulated as they open.",
          "它需要连接后期出现乱序报文；模拟只涉及连接的建立。",
        ),
        advice: [
          {
            kind: "command",
            text: `sysctl -w ${key}=1`,
            says: words(
              "At once, until the next boot: conntrack then translates packets outside its window, too. Put it into a file of /etc/sysctl.d to keep it. Undo with 0. Open connections stay as they are.",
              "立即生效，重启后失效：conntrack 也会转换窗口之外的报文。写入 /etc/sysctl.d 下的文件可长期保留。改回 0 即可撤销。已建立的连接不变。",
            ),
          },
          {
            kind: "command",
            text: `${toolFor(family)} -I ${chain} 1 -m conntrack --ctstate INVALID -j DROP`,
            says: words(
              "As kube-proxy 1.15 and later does, until this one writes the chain anew; for good by an upgrade. Undo with -D. It drops packets of asymmetric routes, too.",
              "与 1.15 及更新的 kube-proxy 相同，直到当前版本重写该链；升级后长期有效。用 -D 撤销。它也会丢弃非对称路由的报文。",
            ),
          },
        ],
        missteps: [],
        evidence: [
          ...(stray
            ? [
                {
                  side: side.name,
                  at: stray.at,
                  says: words(
                    `${stray.src}, which asked the Service, resets towards the endpoint`,
                    `${stray.src} 访问的是 Service，却向端点发送 RST`,
                  ),
                },
              ]
            : []),
          ...(counted && invalid > 0
            ? [
                {
                  side: side.name,
                  at: counted.at,
                  says: words(`${invalid} invalid packets`, `${invalid} 个 INVALID 报文`),
                },
              ]
            : []),
          {
            side: side.name,
            at: liberal.at,
            says: words("packets outside the window are INVALID", "窗口之外的报文被视为 INVALID"),
          },
          { side: side.name, at, says: words("no rule here drops INVALID packets", "这里没有丢弃 INVALID 报文的规则") },
        ],
        byAbsence: true,
        atMost: stray ? "likely" : "possible",
      });
    }
    return sightings;
  },

  explain({ side, family }) {
    return {
      title: words(
        "Packets that conntrack calls INVALID pass untranslated, and connections are reset",
        "被 conntrack 视为 INVALID 的报文未经转换就通过，导致连接被重置",
      ),
      what: words(
        `On the ${side.name} node ${chain} lets INVALID packets pass and ${key} is 0, and there are such packets.`,
        `${sideWords[side.name]}的 ${chain} 放行 INVALID 报文，${key} 为 0，且确实存在这类报文。`,
      ),
      why: words(
        "They are not translated back: the client gets a packet from the server's own address, which it never asked, and resets. Long transfers break with “connection reset by peer”.",
        "这类报文不会被还原：客户端收到来自服务端自身地址的报文，而它从未连接过该地址，于是回 RST。表现为长时间传输中途 connection reset by peer。",
      ),
      verify: [
        `sysctl ${key}`,
        `${toolFor(family)} -S ${chain} | grep INVALID`,
        "conntrack -S | grep -o 'invalid=[0-9]*'",
      ],
    };
  },
};
