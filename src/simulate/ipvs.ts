import { words } from "../base/words.ts";
import { fieldKey } from "../model/net/symbolic.ts";
import type { Hook } from "../model/netfilter/hook.ts";
import type { Skb } from "./conntrack.ts";
import { endpointText } from "./flow.ts";
import { forwardTo, type IpvsVerdict } from "./ipvs-forward.ts";
import { type Pool, poolFor, type Scheduled, schedule } from "./ipvs-schedule.ts";
import { changesBetween } from "./packet.ts";
import type { Run } from "./run.ts";
import type { Ending } from "./trace.ts";

/** ip_vs_in for a packet that opens a connection: choose a real server, rewrite the destination (masquerading method). */
export function ipvsRequest(run: Run, skb: Skb, hook: Hook): IpvsVerdict {
  if (skb.ipvsDone || !["tcp", "udp", "sctp"].includes(skb.packet.proto)) return { kind: "pass" };
  const pool = poolFor(run, skb);
  if (!pool) return { kind: "pass" };
  if (skb.packet.proto === "tcp" && !skb.packet.flags.includes("S")) return { kind: "pass" };
  const scheduled = schedule(run, skb, pool);
  return scheduled.kind === "server"
    ? forwardTo(run, skb, hook, pool, scheduled.server)
    : { kind: "ended", ending: refused(run, skb, hook, pool, scheduled) };
}

/** ip_vs_leave: port unreachable, whatever the protocol. */
function refused(
  run: Run,
  skb: Skb,
  hook: Hook,
  { name, server }: Pool,
  { why, server: drained }: Extract<Scheduled, { kind: "none" }>,
): Ending {
  if (why === "no-usable" && run.world.snapshot.ipvs.coverage !== "whole")
    return run.stop(
      "undecidable",
      "ipvs-partial",
      words(
        `No usable real server of ${name} is shown, but lines of IPVS are missing.`,
        `没有看到 ${name} 的可用真实服务器，但 IPVS 的导出缺行。`,
      ),
      skb.packet,
    );
  const whom = drained ? endpointText(drained.address, drained.port) : "";
  const says = {
    "no-usable": words(`${name} has no usable real server`, `${name} 没有可用的真实服务器`),
    "port-zero": words(
      `${name} stands for every port, which IPVS serves only with persistence`,
      `${name} 代表所有端口，而 IPVS 只在启用持久连接时才提供这种服务`,
    ),
    drained: words(
      `${server.scheduler} gives this client ${whom}, which is drained, and may not fall back to another`,
      `调度算法 ${server.scheduler} 把该客户端分给已排空的 ${whom}，且不允许改选`,
    ),
  }[why];
  run.step(
    { kind: "ipvs", hook, what: "no-real-server", virtual: name, at: server.at },
    { packet: skb.packet, changes: [], says: words(`IPVS: ${says.en}`, `IPVS：${says["zh-CN"]}`) },
  );
  return run.stop(
    "refused",
    { "no-usable": "no-real-server", "port-zero": "port-zero", drained: "drained-real-server" }[why],
    words(`IPVS answers with ICMP port unreachable: ${says.en}.`, `IPVS 回 ICMP port unreachable：${says["zh-CN"]}。`),
    skb.packet,
  );
}

/** ip_vs_out: a real server's answer gets the virtual server's address back. Tells whether it did. */
export function ipvsReply(run: Run, skb: Skb, hook: Hook): boolean {
  if (skb.ipvsDone) return false;
  const { packet } = skb;
  const connection = run.ipvsConnections.find(
    (c) =>
      c.proto === packet.proto &&
      fieldKey(c.real) === fieldKey(packet.src) &&
      fieldKey(c.realPort) === fieldKey(packet.sport) &&
      fieldKey(c.client) === fieldKey(packet.dst) &&
      fieldKey(c.clientPort) === fieldKey(packet.dport),
  );
  if (!connection) return false;
  skb.packet = { ...packet, src: connection.virtual, sport: connection.virtualPort };
  skb.ipvsDone = true;
  if (!connection.tracked) Object.assign(skb, { connection: null, state: "UNTRACKED" });
  const virtual = endpointText(fieldKey(connection.virtual), fieldKey(connection.virtualPort));
  run.step(
    { kind: "ipvs", hook, what: "reply", virtual, real: endpointText(fieldKey(packet.src), fieldKey(packet.sport)) },
    {
      packet,
      changes: changesBetween(packet, skb.packet),
      says: words(`IPVS puts ${virtual} back as the source`, `IPVS 把源地址还原为 ${virtual}`),
    },
  );
  return true;
}
