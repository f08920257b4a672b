import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import type { KubeProxyConfig } from "../../model/kubernetes/kube-proxy-config.ts";
import { settingsDraft } from "../kube-proxy-config/settings.ts";
import type { Flag } from "./flag-words.ts";

/**
 * Flags that count beside --config: the file is loaded into the place of all others (kubernetes
 * cmd/kube-proxy/app/server.go, Options.Complete; logging flags are copied over since 1.26).
 */
const besideConfig: ReadonlySet<string> = new Set([
  "config",
  "hostname-override",
  "master",
  "write-config-to",
  "cleanup",
  "cleanup-ipvs",
  "cleanup-iptables",
  "init-only",
  "version",
  "help",
]);
const logging =
  /^(?:v|vmodule|log-.*|logging-.*|logtostderr|alsologtostderr|stderrthreshold|one-output|skip-.*|add-dir-header)$/;

/** The configuration that flags make. `whole`: no flag is missing. */
export function startedWith(
  flags: readonly Flag[],
  whole: boolean,
  at: Span,
  diagnostics: Diagnostic[],
): KubeProxyConfig {
  const draft = settingsDraft("kube-proxy-flags", diagnostics);
  const config = flags.find((f) => f.name === "config" && f.value !== "");
  const counts = (f: Flag): boolean => !config || besideConfig.has(f.name) || logging.test(f.name);
  if (config) {
    draft.put("configFile", { value: config.value, at: config.at, from: "flag --config" });
    const voided = flags.filter((f) => !counts(f));
    const [first] = voided;
    const names = [...new Set(voided.map((f) => `--${f.name}`))];
    if (first)
      diagnostics.push({
        code: "kube-proxy-flags/void",
        severity: "warning",
        at: first.at,
        message: words(
          `kube-proxy reads ${config.value} and ignores ${names.join(", ")}.`,
          `kube-proxy 读取 ${config.value}，忽略 ${names.join("、")}。`,
        ),
        advice: words(`Paste ${config.value}.`, `粘贴 ${config.value} 的内容。`),
      });
  }
  const last = new Map<string, Flag>();
  for (const flag of flags) {
    if (flag.name === "config" || !counts(flag)) continue;
    const before = last.get(flag.name);
    last.set(
      flag.name,
      before && draft.gathers(flag.name) ? { ...flag, value: `${before.value},${flag.value}` } : flag,
    );
  }
  for (const flag of last.values()) draft.set(flag.name, flag.value, flag.at, `flag --${flag.name}`);
  return draft.done(whole, at);
}
