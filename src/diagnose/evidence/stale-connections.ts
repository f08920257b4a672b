import { type KnownService, serviceKey } from "../../kube-proxy/services.ts";
import type { Connection } from "../../model/node/observation.ts";
import type { Side } from "../side.ts";

/** A UDP connection that is kept though the rules of now would send it elsewhere. */
export interface StaleConnection {
  readonly connection: Connection;
  readonly service: KnownService;
  /** untranslated: it was opened while the Service had no endpoints; gone: it goes to one that is none any more. */
  readonly why: "untranslated" | "gone";
}

/** So many lines of a table are looked at. */
const mostLines = 200_000;
/** More would only say the same. */
const mostKept = 500;

const known = new WeakMap<Side["served"], readonly StaleConnection[]>();

/** Read once for a side: a table may have half a million lines. */
export function staleConnections(side: Side): readonly StaleConnection[] {
  const found = known.get(side.served) ?? find(side);
  known.set(side.served, found);
  return found;
}

function find(side: Side): readonly StaleConnection[] {
  const stale: StaleConnection[] = [];
  const endpoints = new Map<KnownService, ReadonlySet<string>>();
  let looked = 0;
  for (const table of side.pasted.connections)
    for (const connection of table) {
      if (++looked > mostLines || stale.length >= mostKept) return stale;
      if (connection.by !== "conntrack" || connection.proto !== "udp" || connection.event === "destroy") continue;
      const { original, reply } = connection;
      const service = side.served.get(serviceKey({ address: original.dst, port: original.dport, proto: "udp" }));
      if (!service?.endpointsKnown || service.endpoints.length === 0) continue;
      const own = endpoints.get(service) ?? new Set(endpointsOf(side, service));
      endpoints.set(service, own);
      if (own.has(`${reply.src} ${reply.sport}`)) continue;
      const untranslated = reply.src === original.dst;
      if (untranslated && !connection.unreplied) continue;
      stale.push({ connection, service, why: untranslated ? "untranslated" : "gone" });
    }
  return stale;
}

/** Drained real servers still answer those that they have. */
const endpointsOf = (side: Side, service: KnownService): string[] =>
  [
    ...service.endpoints,
    ...side.snapshot.ipvs.servers
      .filter((s) => s.address === service.address && s.port === service.port && s.proto === service.proto)
      .flatMap((s) => s.realServers),
  ].map((e) => `${e.address} ${e.port}`);
