import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { counted } from "../counted.ts";
import type { Contribution, Format, Lines } from "../format.ts";
import { type FlagWord, flagsIn } from "../kube-proxy-flags/flag-words.ts";
import { startedWith } from "../kube-proxy-flags/started-with.ts";
import { anyRange, rangesIn } from "./ranges.ts";

/**
 * Command lines of kube-controller-manager, kube-apiserver, k3s and rke2: they know the ranges of pods and Services, and
 * k3s passes flags on to its kube-proxy:
 *   root 900 1 /usr/local/bin/kube-controller-manager --allocate-node-cidrs=true --cluster-cidr=10.244.0.0/16 --service-cluster-ip-range=10.96.0.0/12
 *   ExecStart=/usr/local/bin/k3s server '--cluster-cidr=10.42.0.0/16' '--kube-proxy-arg=proxy-mode=ipvs'
 *       "--service-cluster-ip-range=10.96.0.0/12",
 */
const program =
  /(?:^|[\s/="'])(kube-controller-manager|kube-apiserver|(?:k3s|rke2)(?=\s+(?:server|agent|\\\s*$)))["']?[\s\0]+\\?\s*(?:(?:server|agent)[\s\0]*\\?\s*)?(?:["']?-{1,2}[a-z]|$)/;
const rangeFlag = /^\s*(?:- )?["']?--(?:service-cluster-ip-range|service-cidr|allocate-node-cidrs|kube-proxy-arg)\b/;
const anyFlag = /^\s*(?:- )?["']?--[a-z][\w-]*/;

export const controlPlaneFlags: Format = {
  id: "control-plane-flags",
  title: words("control plane flags", "控制面启动参数"),
  sniff(line, inside) {
    if (/^\s{0,3}>/.test(line)) return undefined;
    if (program.test(line) || rangeFlag.test(line)) return "strong";
    return inside && (anyFlag.test(line) || /^\s*(?:server|agent)?\s*\\?\s*$/.test(line)) ? "strong" : undefined;
  },
  printedBy: (command) => command.includes("cluster-info"),
  parse({ lines }) {
    const diagnostics: Diagnostic[] = [];
    const contributions: Contribution[] = [];
    let count = 0;
    let passed = 0;
    for (const { name, found } of commands(lines)) {
      const flags = flagsIn(found);
      const facts = rangesIn(flags, name);
      count += anyRange(facts);
      if (anyRange(facts) > 0) contributions.push({ kind: "cluster", facts });
      const own = flags
        .filter((f) => f.name === "kube-proxy-arg")
        .map((f) => ({ text: f.value.startsWith("--") ? f.value : `--${f.value}`, at: f.at }));
      const [first] = own;
      if (!first) continue;
      passed += own.length;
      // k3s gives its kube-proxy more than these
      const config = startedWith(flagsIn(own), false, first.at, diagnostics);
      contributions.push({ kind: "kube-proxy", config });
    }
    return {
      value: {
        contributions: contributions.length > 0 ? contributions : [{ kind: "nothing" }],
        coverage: "partial",
        counts: [
          counted(count, "range", "ranges", "个网段"),
          ...(passed > 0
            ? [counted(passed, "flag for kube-proxy", "flags for kube-proxy", "个传给 kube-proxy 的参数")]
            : []),
        ],
      },
      diagnostics,
    };
  },
};

/** The command lines of a segment; flags before any program are of kube-controller-manager or kube-apiserver. */
function commands(lines: Lines): { readonly name: string; readonly found: FlagWord[] }[] {
  const all: { name: string; found: FlagWord[] }[] = [];
  let open: { name: string; found: FlagWord[] } | undefined;
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i);
    const begin = program.exec(text);
    if (begin || !open) {
      open = { name: begin?.[1] ?? "the control plane", found: [] };
      all.push(open);
    }
    const from = begin?.index ?? 0;
    for (const word of text.slice(from).matchAll(/[^\s\0]+/g)) {
      const bare = word[0].replace(/^["'[]+|["',\]]+$/g, "");
      if (bare !== "" && bare !== "\\" && bare !== "-")
        open.found.push({ text: bare, at: lines.span(i, from + word.index, from + word.index + word[0].length) });
    }
  }
  return all;
}
