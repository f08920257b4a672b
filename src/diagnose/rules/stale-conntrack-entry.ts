/*
 * What it finds: conntrack keeps a UDP connection to a Service that leads to an endpoint which is none any more, or that was opened
 *   while there was none and is not translated at all. The rules of now would send it elsewhere.
 * Why traffic breaks: rules decide for a connection's first packet only. UDP has no end, so a client that keeps its port (DNS,
 *   syslog, SIP, QUIC) renews the dead entry with every packet.
 * How sure: the entry has had no answer ([UNREPLIED]); an entry that once was answered may belong to an endpoint that ends slowly. A new
 *   connection is simulated and delivered. The table and the rules may have been printed at two moments, so never certain.
 * Fix: delete the entries; kube-proxy does so itself, and misses some in versions with the bugs below.
 * References: kubernetes 48370, 66651, 125467, 139628; PRs 127318, 139629, 141371.
 */
import { words } from "../../base/words.ts";
import { cidrHas } from "../../model/net/cidr.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import { holderOf } from "../../simulate/addresses.ts";
import type { Flow, Vantage } from "../../simulate/flow.ts";
import { flowId } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import { type StaleConnection, staleConnections } from "../evidence/stale-connections.ts";
import { commandLines } from "../fix/commands.ts";
import { podSubnets } from "../flows.ts";
import { works } from "../probe.ts";
import type { Side } from "../side.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

/** So many Services are asked. */
const mostAsked = 12;

/** Who keeps the connection open. */
function senderOf(side: Side, { connection }: StaleConnection): Vantage {
  const { src } = connection.original;
  if (holderOf(side.snapshot, src)) return "host";
  return podSubnets(side, familyOf(src)).some((subnet) => cidrHas(subnet, src)) ? "pod" : "external";
}

const flowOf = (side: Side, stale: StaleConnection): Flow => ({
  from: senderOf(side, stale),
  to: stale.service.address,
  port: stale.service.port,
  proto: "udp",
});

const remove = ({ connection: { original } }: StaleConnection): string =>
  `conntrack -D -p udp --orig-dst ${original.dst} --dport ${original.dport}`;

export const staleConntrackEntry: DefectRule = {
  id: "stale-conntrack-entry",

  asks: (side: Side): readonly Flow[] =>
    [...new Map(staleConnections(side).map((s) => [flowId(flowOf(side, s)), flowOf(side, s)])).values()].slice(
      0,
      mostAsked,
    ),

  find({ side, probes: all }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const family of [4, 6] as const) {
      const ofFamily = staleConnections(side).filter((s) => familyOf(s.service.address) === family);
      const dead = ofFamily.filter((s) => s.connection.unreplied);
      const list = dead.length > 0 ? dead : ofFamily;
      const ids = new Set(list.map((s) => flowId(flowOf(side, s))));
      const probes = all.filter((p) => ids.has(p.id) && works(p));
      if (probes.length > 0) sightings.push(sightingOf(side, family, list, probes, dead.length > 0));
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const list = staleConnections(side).filter(
      (s) => familyOf(s.service.address) === family && s.service.address === first?.flow.to,
    );
    const [stale] = list;
    const from = stale?.connection.original;
    const gone = stale?.why === "gone";
    return {
      title: words(
        "conntrack keeps UDP connections that lead to no endpoint of the Service",
        "conntrack 保留着不再通向任何端点的 UDP 连接",
      ),
      what: words(
        `On the ${side.name} node the connection from ${from?.src} port ${from?.sport} to ${to} is ${gone ? `sent to ${stale?.connection.reply.src}, which is none of the Service's endpoints` : "not translated to an endpoint, though the Service has some"}${list.length > 1 ? `; so are ${list.length - 1} more` : ""}.`,
        `${sideWords[side.name]}上，从 ${from?.src} 端口 ${from?.sport} 到 ${to} 的连接${gone ? `被送往 ${stale?.connection.reply.src}，而它不是该 Service 的端点` : "没有被转换为端点，而该 Service 是有端点的"}${list.length > 1 ? `；另有 ${list.length - 1} 条也是如此` : ""}。`,
      ),
      why: words(
        "The rules decide only for the first packet of a connection. Each further packet from the same port renews the old entry, so this client gets no answer until it takes another port; new clients work.",
        "规则只决定连接的第一个报文。同一端口后续的每个报文都会延续旧条目，因此该客户端在更换端口之前得不到应答；新的客户端正常。",
      ),
      verify: [
        `conntrack -L -p udp --orig-dst ${first?.flow.to ?? ""}   # no line with [UNREPLIED]; reply src= are endpoints`,
      ],
    };
  },
};

function sightingOf(
  side: Side,
  family: Family,
  list: readonly StaleConnection[],
  probes: Sighting["probes"],
  unanswered: boolean,
): Sighting {
  return {
    id: "stale-conntrack-entry",
    side,
    family,
    probes,
    remedies: [
      {
        fixes: [
          {
            kind: "command",
            text: commandLines([...new Set(list.map(remove))]),
            says: words(
              "At once: the next packet of each client opens a new connection by the rules of now. It forgets every connection to that address and port, which cuts none: UDP clients only send on. Nothing to undo.",
              "立即生效：每个客户端的下一个报文会按现在的规则建立新连接。该地址和端口的所有连接都会被遗忘，但不会中断：UDP 客户端只是继续发送。无需撤销。",
            ),
          },
          {
            kind: "command",
            text: "kubectl -n kube-system get daemonset kube-proxy -o jsonpath='{..image}'   # and upgrade to the newest patch release of that minor",
            says: words(
              "kube-proxy deletes such entries itself when endpoints change; several versions miss some (kubernetes 125467, 139628).",
              "端点变化时 kube-proxy 会自行删除这类条目；若干版本会遗漏（kubernetes 125467、139628）。",
            ),
          },
        ],
        holds: words(
          "A connection without that entry was simulated: it is delivered by the present rules.",
          "模拟的是没有该条目的新连接：按现在的规则可以送达。",
        ),
        apply: (snapshot) => ({ ...snapshot, connections: [] }),
      },
    ],
    missteps: [],
    evidence: list.slice(0, 5).map(({ connection, why }) => ({
      side: side.name,
      at: connection.at,
      says:
        why === "gone"
          ? words(
              `goes to ${connection.reply.src}, no endpoint${connection.unreplied ? ", and is not answered" : ""}`,
              `通向 ${connection.reply.src}，它不是端点${connection.unreplied ? "，且没有应答" : ""}`,
            )
          : words("not translated, and not answered", "没有转换，也没有应答"),
    })),
    byAbsence: false,
    atMost: unanswered ? "likely" : "possible",
  };
}
