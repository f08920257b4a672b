import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { anyRange, rangesIn } from "../control-plane-flags/ranges.ts";
import { counted } from "../counted.ts";
import type { Contribution, Format } from "../format.ts";
import { type CommandWords, commandWords, startedHere } from "./command-words.ts";
import { flagsIn } from "./flag-words.ts";
import { startedWith } from "./started-with.ts";

/**
 * How kube-proxy was started: a line of ps, /proc/PID/cmdline (NUL between words), systemd's ExecStart= with `\` at line
 * ends and variables of an environment file, a list of container arguments, k3s' own log line:
 *   root  911  1  0 Feb27 ?  00:01:12 /usr/bin/kube-proxy --proxy-mode=ipvs --cluster-cidr 10.244.0.0/16 --v=2
 *   ExecStart=/usr/local/bin/kube-proxy \
 *     --hostname-override=n1 \
 *     $KUBE_PROXY_ARGS
 *   KUBE_PROXY_ARGS="--proxy-mode=ipvs"
 *         - --cluster-cidr=10.244.0.0/16
 *   level=info msg="Running kube-proxy --cluster-cidr=10.42.0.0/16 --proxy-mode=iptables"
 */
const execStart =
  /^\s*(?:ExecStart=.*(?:kube-proxy|hyperkube)|(?:export\s+)?KUBE_?PROXY_(?:ARGS|OPTS|FLAGS|EXTRA_ARGS|OPTIONS)=)/;
const bareFlag =
  /^\s*(?:- )?["']?--(?:proxy-mode|cluster-cidr|masquerade-all|iptables-masquerade-bit|detect-local-mode|ipvs-[a-z-]+|nodeport-addresses)\b/;
const anyFlag = /^\s*(?:- )?["']?--[a-z][\w-]*/;
const alone = /^\s*(?:- )?["']?(?:\/\S*\/)?kube-proxy["']?,?\s*$/;
const unit =
  /^\s*(?:\$\{?[A-Z_]+\}?\s*\\?\s*$|EnvironmentFile=|(?:export\s+)?[A-Z][A-Z0-9_]*=["']?(?:-{1,2}[a-z]|$)|\\\s*$)/;

export const kubeProxyFlags: Format = {
  id: "kube-proxy-flags",
  title: words("kube-proxy flags", "kube-proxy 启动参数"),
  sniff(line, inside) {
    if (/^\s{0,3}>/.test(line)) return undefined; // kube-proxy may stand anywhere in a line, but behind quote marks
    if (startedHere.test(line) || execStart.test(line) || bareFlag.test(line)) return "strong";
    return inside && (anyFlag.test(line) || alone.test(line) || unit.test(line)) ? "weak" : undefined;
  },
  printedBy: (command) =>
    command[0] === "ps" ||
    command.includes("cluster-info") ||
    (command[0] === "journalctl" && command.includes("k3s")) || // "Running kube-proxy --cluster-cidr=…"
    (command[0] === "cat" && command.some((w) => /\/cmdline$|kube-?proxy|\/proxy$/.test(w))),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const found = commandWords(lines);
    let prose = false;
    const flags = flagsIn(found.words, (word) => {
      // a sentence about a flag goes on behind it; a command line does not
      if (/^[a-z]{2,}[.,;:]?$/i.test(word.text)) prose = true;
    });
    if (command?.words.includes("cluster-info")) return controlPlaneSays(rangesIn(flags, "the control plane"));
    const whole =
      found.started && !prose && !cut && !found.open && found.unresolved.length === 0 && found.shortened === undefined;
    diagnostics.push(...missing(found));
    const config = startedWith(flags, whole, found.at, diagnostics);
    const contributions: Contribution[] =
      flags.length > 0 || found.started ? [{ kind: "kube-proxy", config }] : [{ kind: "nothing" }];
    return {
      value: {
        contributions,
        coverage: whole ? "whole" : "partial",
        counts: [counted(flags.length, "flag", "flags", "个参数")],
      },
      diagnostics,
    };
  },
};

/** `kubectl cluster-info dump | grep cluster-cidr` shows kube-controller-manager's flag, not kube-proxy's. */
const controlPlaneSays = (facts: ReturnType<typeof rangesIn>): ReturnType<Format["parse"]> => ({
  value: {
    contributions: anyRange(facts) > 0 ? [{ kind: "cluster", facts }] : [{ kind: "nothing" }],
    coverage: "partial",
    counts: [counted(anyRange(facts), "range", "ranges", "个网段")],
  },
  diagnostics: [],
});

function* missing(found: CommandWords): Generator<Diagnostic> {
  const [first] = found.unresolved;
  const names = [...new Set(found.unresolved.map((u) => `$${u.name}`))];
  const file = found.environmentFile;
  if (first)
    yield {
      code: "kube-proxy-flags/variable",
      severity: "info",
      at: first.at,
      message: words(
        `What ${names.join(", ")} hold${names.length === 1 ? "s" : ""} was not pasted: flags may be missing.`,
        `没有粘贴 ${names.join("、")} 的内容，可能缺少参数。`,
      ),
      advice:
        file === undefined
          ? words(
              "Paste the unit's environment file, or ps -ef | grep kube-proxy.",
              "粘贴该 unit 的环境文件，或 ps -ef | grep kube-proxy。",
            )
          : words(`Paste ${file}, or ps -ef | grep kube-proxy.`, `粘贴 ${file}，或 ps -ef | grep kube-proxy。`),
    };
  if (found.shortened)
    yield {
      code: "kube-proxy-flags/shortened",
      severity: "warning",
      at: found.shortened,
      message: words("The command line was cut here: flags may be missing.", "命令行在此处被截断，可能缺少参数。"),
      advice: words("Paste ps -ef | cat, which cuts nothing.", "粘贴 ps -ef | cat 的输出，它不会截断。"),
    };
}
