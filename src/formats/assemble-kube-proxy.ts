import type { Diagnostic } from "../base/diagnostic.ts";
import { words } from "../base/words.ts";
import type { KubeProxyConfig, ProxyRun, Setting } from "../model/kubernetes/kube-proxy-config.ts";
import type { Clash } from "./second-node.ts";

/**
 * A command line with --config and the file it names are one configuration, in which the file counts. Without --config
 * kube-proxy reads no file: then the command line is all of it, whatever a ConfigMap says.
 */
export function mergeKubeProxy(
  first: KubeProxyConfig | undefined,
  next: KubeProxyConfig,
  clashes: Clash[],
  say: (diagnostic: Diagnostic) => void,
): KubeProxyConfig {
  if (!first) return next;
  const line = isCommandLine(first) ? first : isCommandLine(next) ? next : undefined;
  const file = line === first ? next : first;
  if (line && !isCommandLine(file) && !line.configFile && line.whole) {
    say(notRead(file));
    return line;
  }
  for (const [name, setting] of settingsOf(next)) {
    const known = settingsOf(first).get(name);
    if (known && plain(known) !== plain(setting))
      clashes.push({ what: `setting ${name}`, first: first.at, second: next.at });
  }
  // With --config the file is the configuration, so it is complete when the file is.
  const whole = line?.configFile ? file.whole : first.whole || next.whole;
  return { ...next, ...first, whole, other: new Map([...next.other, ...first.other]) };
}

/** Settings that natlens uses, by field. */
function settingsOf(config: KubeProxyConfig): Map<string, Setting<unknown>> {
  const { whole: _whole, other: _other, at: _at, ...settings } = config;
  return new Map(Object.entries(settings));
}

/** Settings of a command line come from flags, those of a file from its keys. */
const isCommandLine = (config: KubeProxyConfig): boolean =>
  [...settingsOf(config).values(), ...config.other.values()].some(({ from }) => from.startsWith("flag "));

const plain = ({ value }: Setting<unknown>): string =>
  JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? String(inner) : inner));

const notRead = (file: KubeProxyConfig): Diagnostic => ({
  code: "kube-proxy/file-not-read",
  severity: "warning",
  at: file.at,
  message: words(
    "kube-proxy's command line has no --config, so it does not read this configuration.",
    "kube-proxy 的命令行没有 --config，因此不读取这份配置。",
  ),
  advice: words(
    "Check that both are of one node; if so, the flags count.",
    "检查两者是否来自同一节点；若是，则以命令行参数为准。",
  ),
});

/** The last word counts, as kube-proxy may have been restarted, and with another version. */
export const mergeProxyRun = (known: ProxyRun | undefined, next: ProxyRun): ProxyRun => {
  const mode = next.mode ?? known?.mode;
  const version = next.version ?? known?.version;
  return {
    ...(mode ? { mode } : {}),
    ...(version ? { version } : {}),
    remarks: [...(known?.remarks ?? []), ...next.remarks],
  };
};
