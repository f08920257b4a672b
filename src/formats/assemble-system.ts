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
