import { words } from "../../base/words.ts";
import { clusterIpSet, ipvsDevice, markMasq, plainSetName, services } from "../../kube-proxy/names.ts";
import { jumpOf, rulesIn, setsOf } from "../../kube-proxy/rule-words.ts";
import { serviceKey } from "../../kube-proxy/services.ts";
import type { Family } from "../../model/net/ip.ts";
import { fieldKey } from "../../model/net/symbolic.ts";
import { endpointText } from "../../simulate/flow.ts";
import type { Step } from "../../simulate/trace.ts";
import type { Evidence } from "../finding.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";

/** What several rules ask of a trace. */

const request = (p: Probe): readonly Step[] => p.trace.steps.filter((s) => s.direction === "original");

/** Some rule of this chain was tried: the packet jumped into it, or fell off its end. */
export const entered = (p: Probe, chain: string): boolean =>
  request(p).some(
    (s) =>
      (s.kind === "rule" || s.kind === "chain-end") &&
      (s.place.chain === chain || (s.kind === "rule" && s.target === chain)),
  );

/** A process of the node, bound to nothing, reached IPVS, and the service's own address stayed its source. */
export const keepsServiceAddress = (p: Probe): boolean =>
  p.flow.from === "host" &&
  p.flow.source === undefined &&
  !p.trace.summary.masqueraded &&
  p.trace.summary.sourceChosen !== undefined &&
  fieldKey(p.trace.summary.sourceChosen) === p.flow.to &&
  request(p).some((s) => s.kind === "ipvs" && s.what === "scheduled");

/** nat POSTROUTING was walked for this connection: conntrack has it. */
export const isTracked = (p: Probe): boolean =>
  !request(p).some((s) => s.kind === "nat-considered" && s.why === "not-tracked");

/** The flow went into KUBE-MARK-MASQ. */
export const ledToMark = (p: Probe): boolean => entered(p, markMasq);

/**
 * Whether the absence of a kube-proxy rule proves anything. A table pasted whole does; one that was cut or grepped only if
 * the hooks' jumps are there and KUBE-SERVICES shows rules that kube-proxy writes after the ones in question.
 */
export function absenceCounts(side: Side, family: Family): boolean {
  const path = side.paths.get(family);
  if (!path) return false;
  if (path.whole) return true;
  const jumps = path.jumps.filter((j) => j.rule).map((j) => j.hook);
  if (!jumps.includes("OUTPUT") || !jumps.includes("POSTROUTING")) return false;
  for (const r of rulesIn(side.snapshot.iptables.get(family), "nat", services))
    if (
      jumpOf(r) === "KUBE-NODE-PORT" ||
      jumpOf(r) === "KUBE-NODEPORTS" ||
      setsOf(r).some((s) => plainSetName(s.set).startsWith("KUBE-NODE-PORT-")) ||
      (jumpOf(r) === "ACCEPT" && setsOf(r).some((s) => plainSetName(s.set) === clusterIpSet))
    )
      return true;
  return false;
}

/** Lines that show how a flow without mark goes: the service's address, its virtual server, where KUBE-SERVICES begins. */
export function pathEvidence(side: Side, probes: readonly Probe[]): Evidence[] {
  const found: Evidence[] = [];
  const [first] = probes;
  if (!first) return found;
  const { flow } = first;
  const name = side.name;
  for (const link of side.pasted.links.list)
    if (link.name === ipvsDevice)
      for (const a of link.addresses)
        if (a.address === flow.to)
          found.push({
            side: name,
            at: a.at,
            says: words(
              `${flow.to} is local, so the kernel takes it as source`,
              `${flow.to} 是本机地址，内核因此用它作源地址`,
            ),
          });
  if (!side.snapshot.borrowed.includes("ipvs")) {
    const server = side.snapshot.ipvs.servers.find(
      (s) => s.address === flow.to && s.port === flow.port && s.proto === flow.proto,
    );
    if (server)
      found.push({
        side: name,
        at: server.at,
        says: words("IPVS rewrites the destination, not the source", "IPVS 改写目的地址，不改源地址"),
      });
  }
  for (const step of request(first))
    if (step.kind === "rule" && step.target === services && step.place.at) {
      found.push({
        side: name,
        at: step.place.at,
        says: words(`the packet enters ${services} here`, `报文由此进入 ${services}`),
      });
      break;
    }
  for (const packet of side.pasted.captures)
    if (packet.src === flow.to && packet.flags.includes("S") && !packet.flags.includes(".")) {
      found.push({
        side: name,
        at: packet.at,
        says: words(`captured: the SYN leaves with source ${packet.src}`, `抓包所见：SYN 以源地址 ${packet.src} 发出`),
      });
      break;
    }
  return found;
}

export const flowText = (p: Probe): string => endpointText(p.flow.to, p.flow.port);

export const servedHere = (p: Probe): boolean =>
  p.side.served.has(serviceKey({ address: p.flow.to, port: p.flow.port, proto: p.flow.proto }));
