import type { BridgePorts } from "../bridge.ts";
import type { Run } from "../run.ts";
import { bridgeCallsIptables } from "../sysctls.ts";
import type { RecordedPacket } from "./cases.ts";
import { portOfMac } from "./topology.ts";

/** How a recorded frame meets the bridge: its destination MAC tells whether it is for the bridge itself. */
export function portsFromBridge(run: Run, sent: RecordedPacket, topology: string): BridgePorts | undefined {
  if (sent.physin === undefined) return undefined;
  const toPort = portOfMac(topology, sent.dmac);
  return {
    in: sent.physin,
    ...(toPort === undefined ? {} : { toPort }),
    callsIptables: bridgeCallsIptables(run, sent.src.includes(":") ? 6 : 4),
  };
}
