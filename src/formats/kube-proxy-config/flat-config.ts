import type { Diagnostic, Parsed } from "../../base/diagnostic.ts";
import type { KubeProxyConfig } from "../../model/kubernetes/kube-proxy-config.ts";
import type { Lines } from "../format.ts";
import { settingsDraft } from "./settings.ts";

/** Where the indent was lost or lines were grepped, keys with one meaning wherever they stand are still read. */
const places: Readonly<Record<string, string>> = {
  mode: "mode",
  clusterCIDR: "clusterCIDR",
  detectLocalMode: "detectLocalMode",
  bridgeInterface: "detectLocal.bridgeInterface",
  interfaceNamePrefix: "detectLocal.interfaceNamePrefix",
  masqueradeAll: "iptables.masqueradeAll",
  masqueradeBit: "iptables.masqueradeBit",
  scheduler: "ipvs.scheduler",
  strictARP: "ipvs.strictARP",
};

export function flatConfig(lines: Lines): Parsed<KubeProxyConfig> | undefined {
  const diagnostics: Diagnostic[] = [];
  const draft = settingsDraft("kube-proxy-config", diagnostics);
  let any = false;
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i);
    const [, key = "", raw = ""] = /^\s*"?(\w+)"?:\s*([^#]*)$/.exec(text) ?? [];
    const place = Object.hasOwn(places, key) ? places[key] : undefined;
    const value = raw
      .trim()
      .replace(/,$/, "")
      .replace(/^(["'])(.*)\1$/, "$2")
      .replace(/^null$/, "");
    if (place === undefined || (value === "" && key !== "clusterCIDR")) continue;
    any = true;
    draft.set(place, value, lines.span(i), place);
  }
  return any ? { value: draft.done(false, lines.span(0)), diagnostics } : undefined;
}
