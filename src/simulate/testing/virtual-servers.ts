import { fieldKey } from "../../model/net/symbolic.ts";
import type { Flow } from "../flow.ts";
import { simulate } from "../simulate.ts";
import type { Simulation } from "../trace.ts";
import { type Edit, ip, recorded, routerOf, worldOf } from "./node.ts";

const to = { to: ip("10.20.0.1"), port: 443, proto: "tcp" } as const;
export const host: Flow = { from: "host", ...to };
export const bound: Flow = { ...host, source: ip("10.19.136.10") };
export const pod: Flow = { from: "pod", source: ip("172.16.136.10"), ...to };
export const outside: Flow = { from: "external", source: ip("10.19.200.50"), ...to };

const servers = (text: string): string => `${text.trim().replace(/\n +/g, "\n")}\n`;

/**
 * Virtual servers as people set them up by hand, in place of the recorded node's. On 02-broken nothing marks traffic to a
 * Service's address, so nothing is masqueraded.
 */
export function simulated(scenario: string, ipvs: string, flow: Flow, ...edits: readonly Edit[]): Simulation {
  const edit: Edit = (name, text) =>
    edits.reduce((now, e) => e(name, now), name === "ipvsadm-Sn" ? servers(ipvs) : text);
  return simulate(worldOf(recorded(scenario, edit), routerOf(scenario)), flow);
}

/** `delivered delivered from 10.19.200.50 to 10.20.0.1:443`: outcome, reason, and the packet on the wire. */
export function brief({ outcome, traces }: Simulation): string {
  const [trace] = traces;
  const wire = trace?.steps.find((s) => s.kind === "wire")?.packet;
  const on = wire && `${fieldKey(wire.src)} > ${fieldKey(wire.dst)} ${wire.proto}`;
  return `${outcome} ${trace?.ending.reason}${on === undefined ? "" : `, ${on}`}`;
}
