import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { SystemFacts } from "../model/node/system.ts";

/** Facts of a node's system; the first word on each counts. */
export function mergeSystem(known: SystemFacts, next: Partial<SystemFacts>): SystemFacts {
  const modules = next.modules;
  const listeners = next.listeners;
  return {
    ...next,
    ...known,
    conntrackFull: [...known.conntrackFull, ...(next.conntrackFull ?? [])],
    ebtables: [...known.ebtables, ...(next.ebtables ?? [])],
    iptablesTools: [...known.iptablesTools, ...(next.iptablesTools ?? [])],
    offloads: [...known.offloads, ...(next.offloads ?? [])],
    modules: modules
      ? {
          coverage: known.modules.coverage === "whole" ? "whole" : modules.coverage,
          loaded: new Map([...modules.loaded, ...known.modules.loaded]),
        }
      : known.modules,
    listeners: listeners
      ? {
          coverage: known.listeners.coverage === "whole" ? "whole" : listeners.coverage,
          list: [...known.listeners.list, ...listeners.list],
        }
      : known.listeners,
  };
}

const bridgeKeys = ["net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables"];

/** Where bridges are there and br_netfilter is not loaded, what is bridged passes iptables by, as if the settings were 0. */
export function sysctlsWithoutModule({ system, sysctls }: NodeSnapshot): NodeSnapshot["sysctls"] {
  const { coverage, loaded } = system.modules;
  const at = loaded.get("bridge")?.at;
  if (coverage !== "whole" || !at || loaded.has("br_netfilter") || bridgeKeys.some((key) => sysctls.has(key)))
    return sysctls;
  return new Map([...sysctls, ...bridgeKeys.map((key) => [key, { value: "0", at }] as const)]);
}
