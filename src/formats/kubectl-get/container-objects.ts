import { isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import { anyRange, controlPlane, rangesIn } from "../control-plane-flags/ranges.ts";
import type { Contribution } from "../format.ts";
import { type FlagWord, flagsIn, isVariable } from "../kube-proxy-flags/flag-words.ts";
import { startedWith } from "../kube-proxy-flags/started-with.ts";
import { shellWords } from "../paste/command-line.ts";
import { down, type SpanOf, textAt } from "./object-fields.ts";

/**
 * What the containers of an object say of kube-proxy and the control plane: a Pod, a DaemonSet's template, or what
 * `docker inspect` and `crictl inspect` print of one container.
 */
export function saidByContainers(map: YAMLMap, span: SpanOf, diagnostics: Diagnostic[]): Contribution[] {
  const found: Contribution[] = [];
  for (const { command, image } of containersOf(map)) {
    const words = command.flatMap((node) => wordsOf(node, span));
    const [first] = words;
    const program = words.map((w) => w.text).find((w) => programs.test(w));
    const name = program?.slice(program.lastIndexOf("/") + 1) ?? "";
    if (first && /^(?:kube-proxy|proxy)$/.test(name)) {
      const flags = flagsIn(words);
      const whole = !words.some((w) => isVariable(w.text));
      const last = words[words.length - 1] ?? first;
      const at: Span = last.at.to > first.at.from ? { ...first.at, to: last.at.to } : first.at;
      found.push({ kind: "kube-proxy", config: startedWith(flags, whole, at, diagnostics) });
    } else if (controlPlane.test(name)) {
      const facts = rangesIn(flagsIn(words), name);
      if (anyRange(facts) > 0) found.push({ kind: "cluster", facts });
    }
    const version = isScalar(image)
      ? /\bkube-proxy(?:-\w+)?:(v\d+\.\d+\.\d+\S*)/.exec(String(image.value))?.[1]
      : undefined;
    if (version !== undefined && image)
      found.push({
        kind: "proxy-run",
        run: { version: { value: version, at: span(image), from: "image" }, remarks: [] },
      });
  }
  return found;
}

const programs = /(?:^|\/)(?:kube-proxy|kube-controller-manager|kube-apiserver|cloud-controller-manager|proxy)$/;

interface Container {
  readonly command: readonly Node[];
  readonly image: Node | undefined;
}

function* containersOf(map: YAMLMap): Generator<Container> {
  const list = down(map, "spec", "containers") ?? down(map, "spec", "template", "spec", "containers");
  if (isSeq(list))
    for (const item of list.items) yield container([down(item, "command"), down(item, "args")], down(item, "image"));
  // docker inspect: Path and Args; crictl inspect: info.runtimeSpec.process.args
  if (textAt(map, "Path") !== undefined)
    yield container([down(map, "Path"), down(map, "Args")], down(map, "Config", "Image"));
  const crictl = down(map, "info", "runtimeSpec", "process", "args");
  if (crictl) yield container([crictl], down(map, "status", "image", "image"));
}

const container = (parts: readonly unknown[], image: unknown): Container => ({
  command: parts.flatMap((part) =>
    isSeq(part) ? part.items.filter((i) => isScalar(i)) : isScalar(part) ? [part] : [],
  ),
  image: isScalar(image) ? image : undefined,
});

/** One word; of `sh -c "exec kube-proxy --v=2"` each word of the script. */
function wordsOf(node: Node, span: SpanOf): FlagWord[] {
  const text = isScalar(node) ? String(node.value ?? "") : "";
  const at = span(node);
  return /\s/.test(text.trim())
    ? shellWords(text.replaceAll("\\\n", " ").replaceAll("\n", " ")).map((t) => ({ text: t, at }))
    : [{ text, at }];
}
