import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import type { ProxyRemark, ProxyRun, Setting } from "../../model/kubernetes/kube-proxy-config.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";

/**
 * What kube-proxy says of itself: its log (klog; cmd/kube-proxy/app/server*.go, pkg/proxy 1.9 to 1.36), /proxyMode on port
 * 10249 and `kube-proxy --version`:
 *   W0228 16:48:11.000000       1 server_others.go:330] Flag proxy-mode="" unknown, assuming iptables proxy
 *   I0228 16:48:11.000000       1 server_others.go:176] Using ipvs Proxier.
 *   I1122 19:38:09.593012       1 server_linux.go:134] "Using iptables Proxier"
 *   I1122 19:38:09.593012       1 server.go:872] "Version info" version="v1.28.3"
 *   E0228 16:48:11.000000       1 proxier.go:1400] Failed to execute iptables-restore: exit status 1
 */
const klog = /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} +\d+ [\w.-]{1,60}:\d+\] /;
/** What else it logs, before messages were quoted. Other lines may be a dump behind a logger's stamps. */
const chatter =
  /^(?:"[A-Z]|WARNING: all flags other than|Set(?:ting)? (?:sysctl|nf_conntrack)|Starting |Caches are synced|Waiting for caches|Adding new service|Removing service|Opened local port|Successfully retrieved|[Mm]issing br-netfilter|creating dualStackProxier|Neither kubeconfig|Tearing down|setting OOM|Stopped |Using \S+ as the)/;
const using = /\bUsing (ipvs|iptables|nftables|userspace) Proxier/i;
const versions = [
  /"Version info" .*?\bversion="?(v\d+\.\d+\.\d+[\w.+-]*)/,
  /^"?Version: (v\d+\.\d+\.\d+[\w.+-]*)/,
  /"Server version" .*?(v\d+\.\d+\.\d+[\w.+-]*)/,
];
const remarks: readonly (readonly [ProxyRemark["about"], RegExp])[] = [
  [
    "fallback",
    /[Cc]an't use (?:the )?\w+ proxier|IPVS proxier will not be used|[Ff]alling back to \w+ (?:proxy|proxier|mode)/,
  ],
  ["mode-unknown", /Flag proxy-mode="[^"]*" unknown|Unknown proxy mode/],
  [
    "no-cluster-cidr",
    /clusterCIDR not specified, unable to distinguish|but no (?:cluster CIDR|IPv[46] cluster CIDR|\w* ?CIDR)\b.* defined|[Cc]luster CIDR is not specified/,
  ],
  ["no-local-detector", /[Dd]efaulting to no-op detect-local/],
  ["local-mode", /\bdetect-local-mode|\bdetectLocalMode|Using \w+ for local traffic detection/i],
  [
    "sync-failed",
    /Failed to (?:execute|run|sync|restore|load|apply)\b.*(?:iptables|ip6tables|ipset|nft|ipvs|rules)|(?:iptables|ip6tables)-restore.* (?:failed|exit status)|nftables sync failed/i,
  ],
];
const bareMode = /^(ipvs|iptables|nftables|userspace)(?=\s*$|\[)/;
const bareVersion = /^Kubernetes (v\d+\.\d+\.\d+\S*)\s*$/;
/** Rules that kube-proxy logs at -v=5 are iptables-save's text, not its log. */
const rules = /\] (?:["\w ]*rules[:=] ?<?)?\s*(?:[*:]|-A )/;

const bodyOf = (line: string): string => line.slice(klog.exec(line)?.[0].length ?? 0);
const said = (body: string): boolean =>
  using.test(body) || versions.some((v) => v.test(body)) || remarks.some(([, pattern]) => pattern.test(body));

export const kubeProxyLog: Format = {
  id: "kube-proxy-log",
  scattered: true,
  title: words("kube-proxy's log", "kube-proxy 日志"),
  sniff(line, inside) {
    if (/^\s{0,3}>/.test(line)) return undefined; // quote marks are no part of a log
    const logged = klog.test(line);
    if (logged && rules.test(line)) return undefined;
    if ((logged || inside || line.startsWith('"') || using.test(line)) && said(bodyOf(line))) return "strong";
    if (!inside) return undefined;
    return (logged && chatter.test(bodyOf(line))) || bareMode.test(line) || bareVersion.test(line) ? "weak" : undefined;
  },
  printedBy: (command) =>
    command.some((w) => /\/proxyMode$/.test(w)) ||
    (/kube-proxy$/.test(command[0] ?? "") && command.includes("--version")) ||
    (command.includes("logs") && command.some((w) => w.includes("kube-proxy"))) ||
    (/^(?:cat|head|tail|less)$/.test(command[0] ?? "") && command.some((w) => /kube-proxy.*\.log$/.test(w))) ||
    (command[0] === "journalctl" && command.some((w) => w.includes("kube-proxy"))),
  parse({ lines }) {
    let mode: Setting<NonNullable<ProxyRun["mode"]>["value"]> | undefined;
    let version: Setting<string> | undefined;
    const found: ProxyRemark[] = [];
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      const body = bodyOf(text);
      const at: Span = lines.span(i);
      const running = (using.exec(body) ?? bareMode.exec(text))?.[1]?.toLowerCase();
      if (running) mode = { value: running as NonNullable<typeof mode>["value"], at, from: "kube-proxy" };
      for (const pattern of [...versions, bareVersion]) {
        const value = pattern.exec(body)?.[1];
        if (value !== undefined) version = { value, at, from: "kube-proxy" };
      }
      for (const [about, pattern] of remarks)
        if (pattern.test(body)) {
          found.push({ about, text: body.trim(), at });
          break;
        }
    }
    const run: ProxyRun = { ...(mode ? { mode } : {}), ...(version ? { version } : {}), remarks: found };
    return {
      value: {
        contributions: [{ kind: "proxy-run", run }],
        coverage: "partial",
        counts: [counted(found.length + (mode ? 1 : 0) + (version ? 1 : 0), "statement", "statements", "条信息")],
      },
      diagnostics: [],
    };
  },
};
