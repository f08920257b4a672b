import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import type { KubeProxyConfig, Setting } from "../../model/kubernetes/kube-proxy-config.ts";
import { type Cidr, parseCidr } from "../../model/net/cidr.ts";

type Field = Exclude<keyof KubeProxyConfig, "whole" | "other" | "at">;

interface Kind {
  readonly field: Field;
  readonly read: (text: string) => unknown;
}

const text = (value: string): string => value;
const flag = (value: string): boolean | undefined =>
  /^(?:true|t|1)$/i.test(value) ? true : /^(?:false|f|0)$/i.test(value) ? false : undefined;
const bit = (value: string): number | undefined =>
  /^\d{1,2}$/.test(value) && Number(value) < 32 ? Number(value) : undefined;
const list = (value: string): readonly string[] =>
  value
    .split(",")
    .map((v) => v.trim())
    .filter(Boolean);
const cidrs = (value: string): readonly Cidr[] | undefined => {
  const found = list(value).map((item) => parseCidr(item));
  const good = found.filter((cidr) => cidr !== undefined);
  return good.length === found.length ? good : undefined;
};

/** Settings by name: flags in kebab case, keys of KubeProxyConfiguration with their path. */
const kinds: Readonly<Record<string, Kind>> = {
  "proxy-mode": { field: "mode", read: text },
  mode: { field: "mode", read: text },
  "cluster-cidr": { field: "clusterCidr", read: cidrs },
  clusterCIDR: { field: "clusterCidr", read: cidrs },
  "masquerade-all": { field: "masqueradeAll", read: flag },
  "iptables.masqueradeAll": { field: "masqueradeAll", read: flag },
  "iptables-masquerade-bit": { field: "masqueradeBit", read: bit },
  "iptables.masqueradeBit": { field: "masqueradeBit", read: bit },
  "detect-local-mode": { field: "detectLocalMode", read: text },
  detectLocalMode: { field: "detectLocalMode", read: text },
  "pod-bridge-interface": { field: "bridgeInterface", read: text },
  "detectLocal.bridgeInterface": { field: "bridgeInterface", read: text },
  "pod-interface-name-prefix": { field: "interfaceNamePrefix", read: text },
  "detectLocal.interfaceNamePrefix": { field: "interfaceNamePrefix", read: text },
  "nodeport-addresses": { field: "nodePortAddresses", read: list },
  nodePortAddresses: { field: "nodePortAddresses", read: list },
  "ipvs-scheduler": { field: "scheduler", read: text },
  "ipvs.scheduler": { field: "scheduler", read: text },
  "ipvs-strict-arp": { field: "strictArp", read: flag },
  "ipvs.strictARP": { field: "strictArp", read: flag },
};

/** Collects settings one by one; the last of a name counts, as on kube-proxy's command line. */
export interface SettingsDraft {
  /** Whether kube-proxy's configuration file has this setting too, as far as natlens uses it. */
  known(name: string): boolean;
  put(field: Field, setting: Setting<unknown>): void;
  set(name: string, value: string, at: Span, from: string): void;
  done(whole: boolean, at: Span): KubeProxyConfig;
}

export function settingsDraft(
  area: "kube-proxy-config" | "kube-proxy-flags",
  diagnostics: Diagnostic[],
): SettingsDraft {
  const fields = new Map<Field, Setting<unknown>>();
  const other = new Map<string, Setting<string>>();
  const kindOf = (name: string): Kind | undefined => (Object.hasOwn(kinds, name) ? kinds[name] : undefined);
  return {
    known: (name) => kindOf(name) !== undefined,
    put: (field, setting) => void fields.set(field, setting),
    set(name, value, at, from) {
      const kind = kindOf(name);
      if (!kind) {
        other.set(name, { value, at, from });
        return;
      }
      const read = kind.read(value);
      if (read === undefined)
        diagnostics.push({
          code: `${area}/bad-value`,
          severity: "error",
          at,
          message: words(`"${value}" is no value for ${name}.`, `“${value}”不是 ${name} 的合法值。`),
        });
      else fields.set(kind.field, { value: read, at, from });
    },
    // Each field's value was made by its own kind above; the table ties names to types.
    done: (whole, at) => ({ ...(Object.fromEntries(fields) as Partial<KubeProxyConfig>), whole, other, at }),
  };
}
