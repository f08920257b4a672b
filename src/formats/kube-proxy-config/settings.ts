import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import type { KubeProxyConfig, Setting } from "../../model/kubernetes/kube-proxy-config.ts";
import { type Field, kindOf } from "./setting-kinds.ts";

/** Collects settings one by one; the last of a name counts, as on kube-proxy's command line. */
export interface SettingsDraft {
  /** A list that each mention adds to; of others the last mention counts. */
  gathers(name: string): boolean;
  put(field: Field, setting: Setting<unknown>): void;
  set(name: string, value: string, at: Span, from: string): void;
  done(whole: boolean, at: Span): KubeProxyConfig;
}

type Area = "kube-proxy-config" | "kube-proxy-flags";

export function settingsDraft(area: Area, diagnostics: Diagnostic[]): SettingsDraft {
  const fields = new Map<Field, Setting<unknown>>();
  const other = new Map<string, Setting<string>>();
  return {
    gathers: (name) => kindOf(name)?.gathers === true,
    put: (field, setting) => void fields.set(field, setting),
    set(name, value, at, from) {
      const kind = kindOf(name);
      if (!kind) {
        other.set(name, { value, at, from });
        diagnostics.push(unknown(area, name, at));
        return;
      }
      // empty means kube-proxy's default; only an empty cluster CIDR is worth more than none
      if (value === "" && kind.field !== "clusterCidr") return;
      const read = kind.read(value);
      if (read === undefined) diagnostics.push(bad(area, name, value, at));
      else if (kind.field) fields.set(kind.field, { value: read, at, from });
      else other.set(name, { value, at, from });
    },
    // Each field's value was made by its own kind; the table of kinds ties names to types.
    done: (whole, at) => ({ ...(Object.fromEntries(fields) as Partial<KubeProxyConfig>), whole, other, at }),
  };
}

const bad = (area: Area, name: string, value: string, at: Span): Diagnostic => ({
  code: `${area}/bad-value`,
  severity: "error",
  at,
  message: words(`"${value}" is no value for ${name}.`, `“${value}”不是 ${name} 的合法值。`),
  advice: words("kube-proxy would not start with it; check the text.", "kube-proxy 无法用它启动；请检查文本。"),
});

const unknown = (area: Area, name: string, at: Span): Diagnostic => ({
  code: `${area}/unknown-setting`,
  severity: "info",
  at,
  message: words(
    `natlens does not know the kube-proxy setting ${name}; it is kept and not used.`,
    `natlens 不认识 kube-proxy 的设置 ${name}，已保留但未使用。`,
  ),
});
