import type { Proxier, ServedPort, Written } from "./cluster.ts";
import { iptablesFilter } from "./iptables-filter.ts";
import { iptablesNat } from "./iptables-nat.ts";
import { ipvsFilter } from "./ipvs-filter.ts";
import { ipvsNat } from "./ipvs-nat.ts";
import { boundAddresses, virtualServers } from "./ipvs-servers.ts";
import { ipvsSets } from "./ipvs-sets.ts";
import { addKubelet } from "./kubelet.ts";
import { since } from "./spelling.ts";

/** What kube-proxy of that version, mode and configuration writes for these Services, 1.8 to 1.36. */
export function writtenBy(mode: "iptables" | "ipvs", proxy: Proxier, services: readonly ServedPort[]): Written {
  const written = mode === "ipvs" ? inIpvsMode(proxy, services) : inIptablesMode(proxy, services);
  addKubelet(proxy, written);
  return written;
}

function inIptablesMode(proxy: Proxier, services: readonly ServedPort[]): Written {
  const mangle = new Map(since(proxy.version, 17) ? [["KUBE-PROXY-CANARY", []]] : []);
  return {
    nat: iptablesNat(proxy, services),
    filter: iptablesFilter(proxy, services),
    mangle,
    sets: [],
    virtualServers: [],
    bound: [],
  };
}

function inIpvsMode(proxy: Proxier, services: readonly ServedPort[]): Written {
  const sets = ipvsSets(proxy, services);
  return {
    nat: ipvsNat(proxy, services, sets),
    filter: ipvsFilter(proxy, services, sets),
    mangle: new Map(),
    sets,
    virtualServers: virtualServers(proxy, services),
    bound: boundAddresses(proxy, services),
  };
}
