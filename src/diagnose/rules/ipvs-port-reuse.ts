/*
 * What it finds: in IPVS mode, signs that the kernel's settings for kept connections do harm: with conn_reuse_mode 1 before Linux
 *   5.9, a client that uses its port again is let in only at its second SYN; with expire_nodest_conn 0, IPVS keeps connections
 *   to real servers that are gone, and drops what comes for them.
 * Why traffic breaks: one second of delay with every reused port; clients that hang until their connection expires (seen on
 *   Linux 6.1: what they send again is dropped in silence; with 1 they get a reset at once; a drained server keeps its own).
 * How sure: a hint. The settings alone are none: a capture must show the second SYN that is answered, or IPVS's own table the
 *   connection to a server that is gone.
 * Fix: the settings that kube-proxy makes since 1.13; Linux 5.9.
 * References: kubernetes 70747, 71358, 81775, 93297; PRs 71114, 88541; kube-router 544; Documentation/networking/ipvs-sysctl.rst.
 */
import { words } from "../../base/words.ts";
import { serviceKey } from "../../kube-proxy/services.ts";
import { familyOf, type Ip } from "../../model/net/ip.ts";
import type { CapturedPacket } from "../../model/node/observation.ts";
import { serversAt } from "../../simulate/known-places.ts";
import { sideWords } from "../borrow.ts";
import { isOpening } from "../evidence/settled.ts";
import type { Evidence, Fix } from "../finding.ts";
import { works } from "../probe.ts";
import type { Side } from "../side.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

const reuse = "net.ipv4.vs.conn_reuse_mode";
const expire = "net.ipv4.vs.expire_nodest_conn";

/** What was seen, and of which address and port. */
interface Seen {
  readonly address: Ip;
  readonly port: number;
  readonly evidence: readonly Evidence[];
}

/** So many lines of a table or capture are looked at. */
const mostLines = 200_000;

/** The setting has this value, as pasted. */
function setTo(side: Side, key: string, value: string): Evidence | undefined {
  const found = side.snapshot.sysctls.get(key);
  return found?.value.trim() === value
    ? { side: side.name, at: found.at, says: words(`${key} is ${value}`, `${key} 为 ${value}`) }
    : undefined;
}

/** Linux 4.1 to 5.8 drop the first SYN of a reused port where conntrack counts, too (fixed by commit f0a5e4d7a594). */
function dropsFirstSyn(release: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  const version = Number(major) * 1000 + Number(minor);
  return version >= 4001 && version < 5009;
}

/** A client's first SYN gets nothing, its second, a second later, is answered. */
function secondSyn(side: Side): Seen | undefined {
  const setting = setTo(side, reuse, "1");
  const { kernel } = side.snapshot;
  if (!setting || !kernel || !dropsFirstSyn(kernel.release)) return undefined;
  const opened = new Map<string, { first: CapturedPacket; last: CapturedPacket }>();
  for (const c of side.pasted.captures.slice(0, mostLines)) {
    if (c.proto !== "tcp" || !c.flags.includes("S")) continue;
    if (isOpening(c)) {
      const key = `${c.src} ${c.sport} ${c.dst} ${c.dport}`;
      const first = opened.get(key)?.first ?? c;
      if (side.served.has(serviceKey({ address: c.dst, port: c.dport, proto: "tcp" })))
        opened.set(key, { first, last: c });
      continue;
    }
    const tries = opened.get(`${c.dst} ${c.dport} ${c.src} ${c.sport}`);
    if (!tries) continue;
    const { first, last } = tries;
    const between = secondsOf(last) - secondsOf(first);
    // a SYN is sent again after one second; one SYN is seen at once on several devices
    if (!(between > 0.9 && between < 1.6 && secondsOf(c) - secondsOf(last) < 0.5)) continue;
    return {
      address: c.src,
      port: c.sport,
      evidence: [
        setting,
        { side: side.name, at: kernel.at, says: words("before Linux 5.9", "早于 Linux 5.9") },
        { side: side.name, at: first.at, says: words("this SYN is not answered", "这个 SYN 没有应答") },
        { side: side.name, at: c.at, says: words("the next is, a second later", "一秒后的下一个才有应答") },
      ],
    };
  }
  return undefined;
}

/** `10:00:01.020401`, with or without a date, or seconds since 1970; NaN where it is not printed. */
function secondsOf({ stamp }: CapturedPacket): number {
  if (stamp !== undefined && /^\d+\.\d+$/.test(stamp)) return Number(stamp);
  const [, hours, minutes, seconds] = /(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(stamp ?? "") ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** IPVS keeps a TCP connection to a server that is none of the virtual server's any more. */
function goneServer(side: Side): Seen | undefined {
  const setting = setTo(side, expire, "0");
  if (!setting || side.snapshot.ipvs.coverage !== "whole") return undefined;
  let looked = 0;
  for (const table of side.pasted.connections)
    for (const { by, proto, state, original, reply, at } of table) {
      if (++looked > mostLines) return undefined;
      if (by !== "ipvs" || proto !== "tcp" || state !== "ESTABLISHED") continue;
      const server = serversAt(side.snapshot.ipvs.servers, "tcp", original.dst).find((s) => s.port === original.dport);
      if (!server || server.realServers.length === 0) continue;
      if (server.realServers.some((r) => r.address === reply.src && (r.port === reply.sport || r.port === 0))) continue;
      const says = words(
        `goes to ${reply.src}, which is no real server any more`,
        `通向 ${reply.src}，它已不再是真实服务器`,
      );
      return { address: original.dst, port: original.dport, evidence: [setting, { side: side.name, at, says }] };
    }
  return undefined;
}

export const ipvsPortReuse: DefectRule = {
  id: "ipvs-port-reuse",

  find({ side, probes: all }: Case): Sighting[] {
    if (side.print.mode !== "ipvs") return [];
    const sightings: Sighting[] = [];
    for (const [about, seen, advice] of [
      [reuse, secondSyn(side), reuseAdvice],
      [expire, goneServer(side), expireAdvice],
    ] as const) {
      const probes = seen ? all.filter((p) => p.flow.to === seen.address && p.flow.port === seen.port && works(p)) : [];
      const [first] = probes;
      if (!seen || !first) continue;
      sightings.push({
        id: "ipvs-port-reuse",
        side,
        family: familyOf(first.flow.to),
        about,
        probes,
        remedies: [],
        advice,
        missteps: [],
        atMost: "possible",
        evidence: seen.evidence,
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain({ side, probes, about }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    return about === reuse
      ? {
          title: words(
            "IPVS lets a client that uses its port again in only at the second try",
            "客户端重用端口时，IPVS 第二次才放行",
          ),
          what: words(
            `On the ${side.name} node a client's first SYN to ${to} got no answer and its second one did; ${reuse} is 1 on this kernel.`,
            `${sideWords[side.name]}上，客户端发往 ${to} 的第一个 SYN 没有应答，第二个才有；而该内核上 ${reuse} 为 1。`,
          ),
          why: words(
            "IPVS still has the port's old connection: it gives it up and drops the packet, as conntrack has an entry for it, too. Clients that open many connections meet this often.",
            "IPVS 中还有该端口的旧连接：它放弃旧连接并丢弃该报文，因为 conntrack 也有对应条目。频繁建连的客户端会经常遇到。",
          ),
          verify: [
            `sysctl ${reuse}   # 0`,
            `tcpdump -n -i any 'tcp[13] == 2' and host ${first?.flow.to}   # no SYN twice`,
          ],
        }
      : {
          title: words(
            "IPVS keeps connections to real servers that are gone",
            "IPVS 保留着通向已不存在的真实服务器的连接",
          ),
          what: words(
            `On the ${side.name} node a connection to ${to} still leads to a server that is none any more, and ${expire} is 0.`,
            `${sideWords[side.name]}上，一条到 ${to} 的连接仍通向已不存在的服务器，而 ${expire} 为 0。`,
          ),
          why: words(
            "IPVS drops what comes for such a connection without a word, so its client hangs until it gives up; with 1 the connection is ended.",
            "IPVS 会静默丢弃这类连接的报文，客户端一直挂起直到放弃；设为 1 时连接会被终止。",
          ),
          verify: [
            `sysctl ${expire}   # 1`,
            `ipvsadm -L -n -c | grep -F ' ${to} '   # only real servers as destination`,
          ],
        };
  },
};

const reuseAdvice: readonly Fix[] = [
  {
    kind: "command",
    text: `sysctl -w ${reuse}=0; sysctl -w ${expire}=1`,
    says: words(
      "At once, until the node starts again; kube-proxy since 1.13 sets both when it starts (the first only on Linux 4.1 to 5.8). Open connections stay. Undo with 1 and 0. With 0 a client that uses its port again reaches the server it had.",
      "立即生效，直到节点重启；kube-proxy 自 1.13 起启动时会设置二者（前者仅在 Linux 4.1 至 5.8 上）。已建立的连接不变。改回 1 和 0 即撤销。设为 0 后，重用端口的客户端会到达原来的服务器。",
    ),
  },
  {
    kind: "config",
    text: "Linux 5.9 or later",
    says: words("It lets the first SYN in, whatever the setting.", "它会放行第一个 SYN，不论该设置如何。"),
  },
];
const expireAdvice: readonly Fix[] = [
  {
    kind: "command",
    text: `sysctl -w ${expire}=1`,
    says: words(
      "At once, until the node starts again; kube-proxy since 1.13 sets it when it starts. It ends connections to servers that are gone, and no others. Undo with 0.",
      "立即生效，直到节点重启；kube-proxy 自 1.13 起启动时会设置它。它只终止通向已不存在的服务器的连接。改回 0 即撤销。",
    ),
  },
];
