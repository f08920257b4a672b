import { type KnownService, serviceKey } from "../../kube-proxy/services.ts";
import type { Flow } from "../../simulate/flow.ts";
import type { Probe } from "../probe.ts";

export interface NamedService {
  /** One for all addresses and ports of a Service. */
  readonly key: string;
  /** `default/web:http`, or the address and port where no dump names it. */
  readonly name: string;
  readonly namespace: string;
  readonly service: string;
}

/** `namespace/name:port` taken apart. Undefined where no dump names the Service. */
export function named(s: KnownService | undefined): NamedService | undefined {
  const [, namespace, service] = /^([^/]+)\/([^:]+)/.exec(s?.name ?? "") ?? [];
  if (s?.name === undefined || namespace === undefined || service === undefined) return undefined;
  return { key: `${namespace}/${service}`, name: s.name, namespace, service };
}

/** What one Service's flows have in common. */
export const serviceOfFlow = (s: KnownService | undefined): string | undefined => s && (named(s)?.key ?? serviceKey(s));

/** The flow that hurts goes to the same Service; a node port stands on several addresses of the node. */
export function isAsked({ flow, side }: Probe, wanted: Flow): boolean {
  const served = (f: Flow): KnownService | undefined => side.served.get(serviceKey({ ...f, address: f.to }));
  const [one, two] = [served(flow), served(wanted)];
  const samePort = flow.port === wanted.port && flow.proto === wanted.proto;
  if (samePort && (flow.to === wanted.to || (one?.kind === "node-port" && two?.kind === "node-port"))) return true;
  return one !== undefined && serviceOfFlow(one) === serviceOfFlow(two);
}
