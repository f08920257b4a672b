import { fieldKey, isSymbolic, sameField } from "../../model/net/symbolic.ts";
import { after } from "../../simulate/summary.ts";
import type { Probe } from "../probe.ts";
import type { LogFlow } from "./log-flows.ts";

/** The flow that lines of a connection tell of, if it is one that was simulated. */
export function probeOf(flow: LogFlow, probes: readonly Probe[]): Probe | undefined {
  const own = probes.filter((p) => entersBy(p, flow));
  return flow.service ? toService(flow, flow.service, own) : (sentTo(flow, own) ?? toFirst(flow, own));
}

/** A pod's packets and an outside client's come in by different interfaces. */
function entersBy({ trace }: Probe, flow: LogFlow): boolean {
  const [first] = flow.lines;
  const came = trace.steps.find((s) => s.direction === "original" && s.packet.in !== null)?.packet.in;
  return flow.fromHost || !first?.in || !came || sameField(came, first.in) !== "no";
}

function toService(
  flow: LogFlow,
  { address, port, proto }: NonNullable<LogFlow["service"]>,
  probes: readonly Probe[],
): Probe | undefined {
  const same = probes.filter(
    ({ flow: f }) => f.to === address && f.port === port && f.proto === proto && (f.from === "host") === flow.fromHost,
  );
  return (
    same.find(
      (p) => p.trace.summary.sourceChosen !== undefined && fieldKey(p.trace.summary.sourceChosen) === flow.source,
    ) ?? same.find((p) => p.flow.from !== "host" && isSymbolic(p.trace.summary.sourceChosen))
  );
}

/** Lines before a rewrite that never comes. */
function toFirst(flow: LogFlow, probes: readonly Probe[]): Probe | undefined {
  const [first] = flow.lines;
  const proto = first?.proto.toLowerCase();
  if (!first || (proto !== "tcp" && proto !== "udp" && proto !== "sctp")) return undefined;
  return toService(flow, { address: first.dst, port: first.dport, proto }, probes);
}

/** Lines after the rewrite only: a packet on its way to a server of a service. */
function sentTo(flow: LogFlow, probes: readonly Probe[]): Probe | undefined {
  const [first] = flow.lines;
  if (!first) return undefined;
  return probes.find((p) =>
    p.simulation.traces.some((trace) =>
      trace.steps.some((step) => {
        const { src, dst, dport } = after(step);
        return (
          step.direction === "original" &&
          fieldKey(src) === first.src &&
          fieldKey(dst) === first.dst &&
          fieldKey(dport) === String(first.dport)
        );
      }),
    ),
  );
}
