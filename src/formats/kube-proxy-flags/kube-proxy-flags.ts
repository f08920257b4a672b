import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import type { Format } from "../format.ts";
import { settingsDraft } from "../kube-proxy-config/settings.ts";

/**
 * How kube-proxy was started: a line of ps, /proc/PID/cmdline (NUL between words), systemd's ExecStart= with `\` at line
 * ends, KUBE_PROXY_ARGS= of an environment file, a list of container arguments:
 *   root  911  1  0 Feb27 ?  00:01:12 /usr/bin/kube-proxy --proxy-mode=ipvs --cluster-cidr 10.244.0.0/16 --v=2
 *   ExecStart=/usr/local/bin/kube-proxy \
 *     --hostname-override=n1 \
 *         - --cluster-cidr=10.244.0.0/16
 * With --config every flag but --hostname-override is void (kubernetes/cmd/kube-proxy/app/server.go, Complete).
 */
const started = /(?:^|[\s/="'])(?:kube-proxy|hyperkube proxy)["']?(?:[\s\0]+["']?--[a-z]|\s*\\\s*$)/;
const execStart = /^\s*(?:ExecStart=.*(?:kube-proxy|hyperkube)|KUBE_PROXY_(?:ARGS|OPTS|FLAGS)=)/;
const bareFlag =
  /^\s*(?:- )?["']?--(?:proxy-mode|cluster-cidr|masquerade-all|iptables-masquerade-bit|detect-local-mode|ipvs-[a-z-]+|nodeport-addresses)\b/;
const anyFlag = /^\s*(?:- )?["']?--[a-z][\w-]*/;
const alone = /^\s*(?:- )?["']?(?:\/\S*\/)?kube-proxy["']?,?\s*$/;
/** Flags that take no value in the next word. */
const switches: ReadonlySet<string> = new Set([
  "masquerade-all",
  "ipvs-strict-arp",
  "cleanup",
  "cleanup-ipvs",
  "profiling",
  "version",
  "alsologtostderr",
  "logtostderr",
  "bind-address-hard-fail",
  "one-output",
  "skip-headers",
  "skip-log-headers",
  "add-dir-header",
  "init-only",
  "conntrack-tcp-be-liberal",
  "iptables-localhost-nodeports",
]);

export const kubeProxyFlags: Format = {
  id: "kube-proxy-flags",
  title: words("kube-proxy flags", "kube-proxy 启动参数"),
  sniff(line, inside) {
    if (/^\s{0,3}>/.test(line)) return undefined; // kube-proxy may stand anywhere in a line, but behind quote marks
    if (started.test(line) || execStart.test(line) || bareFlag.test(line)) return "strong";
    if (inside && (anyFlag.test(line) || alone.test(line))) return "weak";
    return inside && /^\s*\$\{?[A-Z_]+\}?|\\\s*$/.test(line) ? "weak" : undefined;
  },
  printedBy: (command) =>
    command[0] === "ps" || (command[0] === "cat" && command.some((w) => /\/cmdline$|kube-proxy/.test(w))),
  parse({ lines, cut }) {
    const diagnostics: Diagnostic[] = [];
    const draft = settingsDraft("kube-proxy-flags", diagnostics);
    let at: Span | undefined;
    let whole = false;
    let pending: { readonly name: string; readonly at: Span } | undefined;
    const flags: { name: string; value: string; at: Span }[] = [];
    let starts = 0;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (text.trim() === "") continue;
      const begin = started.exec(text);
      if (begin && ++starts > 1) break; // a second process, such as the shell around it
      if (begin) whole = true;
      at = at ? { ...at, to: lines.span(i).to } : lines.span(i);
      if (/\$\{?[A-Z_]+/.test(text)) whole = false;
      for (const word of text.slice(begin?.index ?? 0).matchAll(/[^\s\0]+/g)) {
        const from = (begin?.index ?? 0) + word.index;
        const span = lines.span(i, from, from + word[0].length);
        const bare = word[0].replace(/^KUBE_PROXY_\w+=/, "").replace(/^["'[]+|["',\]]+$/g, "");
        const [, name, equals, value = ""] = /^--([a-zA-Z][\w-]*)(=?)(.*)$/s.exec(bare) ?? [];
        if (name !== undefined) {
          if (pending) flags.push({ ...pending, value: "true" });
          pending = undefined;
          const key = name.replaceAll("_", "-");
          if (equals === "=") flags.push({ name: key, value: unquote(value), at: span });
          else if (switches.has(key)) flags.push({ name: key, value: "true", at: span });
          else pending = { name: key, at: span };
        } else if (pending && bare !== "" && bare !== "\\" && bare !== "-") {
          flags.push({ name: pending.name, value: bare, at: { ...pending.at, to: span.to } });
          pending = undefined;
        }
      }
    }
    if (pending) flags.push({ ...pending, value: "true" });
    const config = flags.find((f) => f.name === "config" && f.value !== "");
    if (config) {
      const file = { value: config.value, at: config.at, from: "flag --config" };
      draft.put("configFile", file);
      const voided = flags.filter((f) => f.name !== "config" && f.name !== "hostname-override" && draft.known(f.name));
      const [first] = voided;
      if (first)
        diagnostics.push({
          code: "kube-proxy-flags/void",
          severity: "warning",
          at: first.at,
          message: words(
            `kube-proxy reads ${config.value} and ignores --${voided.map((f) => f.name).join(", --")}.`,
            `kube-proxy 读取 ${config.value}，忽略 --${voided.map((f) => f.name).join("、--")}。`,
          ),
          advice: words(`Paste ${config.value}.`, `粘贴 ${config.value} 的内容。`),
        });
    }
    for (const flag of flags) {
      if (flag.name === "config" || (config && draft.known(flag.name))) continue;
      draft.set(flag.name, flag.value, flag.at, `flag --${flag.name}`);
    }
    const value = draft.done(whole && !cut, at ?? lines.span(0));
    return {
      value: {
        contributions: flags.length > 0 ? [{ kind: "kube-proxy", config: value }] : [{ kind: "nothing" }],
        coverage: value.whole ? "whole" : "partial",
        counts: [{ n: flags.length, of: words("flags", "个参数") }],
      },
      diagnostics,
    };
  },
};

const unquote = (text: string): string => text.replace(/^(["'])(.*)\1$/s, "$2").replace(/["']$/, "");
