/*
 * What it finds: the table of connections is full, or nearly, or the kernel's log says that it was.
 * Why traffic breaks: a packet of a new connection that finds no room is dropped; open connections go on. So everything works now and
 *   then, pods and node processes alike.
 * How sure: likely where the count has reached the maximum, or is close to it and the log says that it was full. A close count alone, or a
 *   log line alone, which may be of another day: possible. Counters of conntrack -S alone prove nothing: they grow by races on healthy nodes, too.
 * Fix: a larger maximum; kube-proxy sets it from conntrack.maxPerCore. And whoever opens so many connections.
 * References: kubernetes 18604; net/netfilter/nf_conntrack_core.c __nf_conntrack_alloc.
 */

import type { Span } from "../../base/span.ts";
import { numbered, words } from "../../base/words.ts";
import { familyOf } from "../../model/net/ip.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence } from "../finding.ts";
import { works } from "../probe.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";

interface Fill {
  readonly count: number;
  readonly max: number;
  readonly at: Span;
  readonly maxAt: Span;
}

/** From here on a burst may find no room. */
const near = 0.9;

function fillOf({ sysctls }: NodeSnapshot): Fill | undefined {
  const count = sysctls.get("net.netfilter.nf_conntrack_count");
  const max = sysctls.get("net.netfilter.nf_conntrack_max") ?? sysctls.get("net.nf_conntrack_max");
  if (!count || !max || !(Number(max.value) > 0)) return undefined;
  return { count: Number(count.value), max: Number(max.value), at: count.at, maxAt: max.at };
}

/** It is full, or nearly so and the log says that it was. A log alone may be of another day. */
const isLikely = ({ system }: NodeSnapshot, fill: Fill | undefined): boolean =>
  fill !== undefined && fill.count >= fill.max * (system.conntrackFull.length > 0 ? near : 0.99);

export const conntrackTableFull: DefectRule = {
  id: "conntrack-table-full",

  find({ side, probes: all }: Case): Sighting[] {
    const { snapshot } = side;
    const fill = fillOf(snapshot);
    const logged = snapshot.system.conntrackFull;
    if (logged.length === 0 && (fill === undefined || fill.count < fill.max * near)) return [];
    const [first] = all;
    const larger = fill ? String(fill.max * 2) : "TWICE_AS_MANY";
    const dropped = snapshot.system.conntrackCounters;
    const drops = dropped?.counters.get("drop") ?? 0;
    const evidence: Evidence[] = [
      ...logged.slice(0, 2).map((at) => ({
        side: side.name,
        at,
        says: words("the kernel dropped a packet for lack of room", "内核因表满而丢弃了报文"),
      })),
      ...(fill
        ? [
            {
              side: side.name,
              at: fill.at,
              says: words(
                `${numbered(fill.count, "connection is", "connections are")} kept`,
                `当前有 ${fill.count} 条连接`,
              ),
            },
            { side: side.name, at: fill.maxAt, says: words(`of at most ${fill.max}`, `上限为 ${fill.max}`) },
          ]
        : []),
      ...(dropped && drops > 0
        ? [
            {
              side: side.name,
              at: dropped.at,
              says: words(
                `${numbered(drops, "packet", "packets")} dropped since boot`,
                `启动以来丢弃了 ${drops} 个报文`,
              ),
            },
          ]
        : []),
    ];
    return [
      {
        id: "conntrack-table-full",
        side,
        family: first ? familyOf(first.flow.to) : 4,
        probes: all.filter(works).slice(0, 3),
        remedies: [],
        unproven: words(
          "How full the table is hangs on the traffic, so nothing could be simulated: the flows named work while there is room.",
          "表有多满取决于流量，因此无法模拟：所列的流在表有空位时可以送达。",
        ),
        advice: [
          {
            kind: "command",
            text: `sysctl -w net.netfilter.nf_conntrack_max=${larger}`,
            says: words(
              "At once, until kube-proxy starts anew and sets its own. Each entry takes about 320 bytes of kernel memory. Undo with the old value. Open connections stay as they are.",
              "立即生效，直到 kube-proxy 重启并写入它自己的值。每个条目约占 320 字节内核内存。改回旧值即可撤销。已建立的连接不变。",
            ),
          },
          {
            kind: "config",
            text: `conntrack:\n  maxPerCore: 65536\n  min: ${larger}`,
            says: words(
              "In kube-proxy's configuration (flags --conntrack-max-per-core, --conntrack-min), then restart it. Find out as well who opens so many connections: conntrack -L | awk '{print $5}' | sort | uniq -c | sort -n | tail.",
              "写入 kube-proxy 的配置（参数 --conntrack-max-per-core、--conntrack-min），然后重启它。同时查明是谁打开了这么多连接：conntrack -L | awk '{print $5}' | sort | uniq -c | sort -n | tail。",
            ),
          },
        ],
        missteps: [],
        evidence,
        byAbsence: false,
        atMost: isLikely(snapshot, fill) ? "likely" : "possible",
      },
    ];
  },

  explain({ side }) {
    const fill = fillOf(side.snapshot);
    const logged = side.snapshot.system.conntrackFull.length > 0;
    return {
      title: words("The table of connections is full", "连接跟踪表已满"),
      what: words(
        `On the ${side.name} node ${fill ? `${fill.count} of ${fill.max} connections are kept` : "the table of connections was full"}${logged ? ", and the kernel's log says that it dropped packets for that" : ""}.`,
        `${sideWords[side.name]}${fill ? `当前有 ${fill.count} 条连接，上限 ${fill.max}` : "的连接跟踪表曾经写满"}${logged ? "，内核日志显示因此丢弃了报文" : ""}。`,
      ),
      why: words(
        "The first packet of a new connection is dropped when there is no room. Open connections go on, so it fails now and then, for pods and node processes alike.",
        "没有空位时，新连接的第一个报文会被丢弃。已有连接不受影响，因此表现为时好时坏，Pod 与节点进程都会遇到。",
      ),
      verify: [
        "sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max",
        "dmesg | grep -c 'table full'   # does not grow",
      ],
    };
  },
};
