import type { MarkServer, RealServer, VirtualServer } from "../../model/ipvs/virtual-server.ts";
import type { Contribution } from "../format.ts";

export type Server = Omit<VirtualServer, "realServers"> | Omit<MarkServer, "realServers">;

/** Virtual servers in the order in which they were met, each with the real servers said of it so far. */
export interface ServerDrafts {
  readonly size: number;
  readonly real: number;
  put(server: Server): void;
  /** false: there is no such virtual server. */
  add(key: string, real: RealServer): boolean;
  remove(key: string, real?: string): void;
  clear(): void;
  contribution(): Contribution;
}

export const serverKey = (s: Server): string =>
  "fwmark" in s ? `fwmark ${s.fwmark}${s.family === 6 ? " -6" : ""}` : `${s.proto} ${s.address} ${s.port}`;
export const realKey = ({ address, port }: Pick<RealServer, "address" | "port">): string => `${address} ${port}`;

export function newServerDrafts(): ServerDrafts {
  const drafts = new Map<string, { readonly server: Server; readonly reals: Map<string, RealServer> }>();
  return {
    get size() {
      return drafts.size;
    },
    get real() {
      let n = 0;
      for (const { reals } of drafts.values()) n += reals.size;
      return n;
    },
    put(server) {
      const key = serverKey(server);
      drafts.set(key, { server, reals: drafts.get(key)?.reals ?? new Map() });
    },
    add(key, real) {
      const draft = drafts.get(key);
      draft?.reals.set(realKey(real), real);
      return draft !== undefined;
    },
    remove(key, real) {
      if (real === undefined) drafts.delete(key);
      else drafts.get(key)?.reals.delete(real);
    },
    clear: () => drafts.clear(),
    contribution() {
      const servers: VirtualServer[] = [];
      const markServers: MarkServer[] = [];
      for (const { server, reals } of drafts.values()) {
        const realServers = [...reals.values()];
        if ("fwmark" in server) markServers.push({ ...server, realServers });
        else servers.push({ ...server, realServers });
      }
      return { kind: "ipvs", servers, markServers };
    },
  };
}
