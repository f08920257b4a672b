import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import type { DiagnosticCode } from "../../base/diagnostic-codes.ts";
import type { Span } from "../../base/span.ts";
import { numbered, type Words, words } from "../../base/words.ts";
import type { SectionEnding } from "../paste/bundle-frame.ts";

/** timeout(1) ends so where it had to stop the command. */
const timedOut = 124;

/** Why a command of the bundle printed nothing, or not all of it. Its part is then as good as not pasted. */
export function failure(
  command: string,
  ending: SectionEnding,
  said: readonly string[],
  at: Span,
): readonly Diagnostic[] {
  const tell = (code: DiagnosticCode, severity: Severity, message: Words, advice?: Words): readonly Diagnostic[] => [
    { code, severity, at, message, ...(advice && { advice }) },
  ];
  const { notRun, status, more } = ending;
  // verdicts rest on these; the others only add to them
  const needed: Severity = /(?:^|\/root )(?:ip6?tables\S*-save|ipset|ipvsadm|ip) /.test(command) ? "warning" : "info";
  const short = command.length > 80 ? `${command.slice(0, 80)}…` : command;
  switch (notRun?.why) {
    case "no-tool":
      return tell(
        "bundle/no-tool",
        needed,
        words(
          `${notRun.name} is not installed on the node, so what "${short}" would print is unknown.`,
          `节点上没有安装 ${notRun.name}，因此“${short}”的内容未知。`,
        ),
        words(
          `Install ${notRun.name}, or run the collector in an image that has it.`,
          `请安装 ${notRun.name}，或在带有它的镜像中运行采集脚本。`,
        ),
      );
    case "no-module":
      return tell(
        "bundle/no-module",
        "info",
        words(
          `The kernel does not have ${notRun.name} loaded, so "${short}" has nothing to print.`,
          `内核没有加载 ${notRun.name}，因此“${short}”没有内容可打印。`,
        ),
      );
    case "unknown-module":
      return tell(
        "bundle/unknown-module",
        needed,
        words(
          `"${short}" was not run: whether the kernel has ${notRun.name} could not be seen, and running it would load it.`,
          `“${short}”没有运行：无法确认内核是否已有 ${notRun.name}，运行它会加载该模块。`,
        ),
        words("Run it by hand if loading the module does no harm.", "如果加载该模块没有影响，请手动运行该命令。"),
      );
  }
  if (status === timedOut)
    return tell(
      "bundle/timed-out",
      needed,
      words(`"${short}" took too long and was stopped.`, `“${short}”耗时过长，已被中止。`),
      words("Run it by hand and paste what it prints.", "请手动运行该命令并粘贴其输出。"),
    );
  if (status !== 0) {
    const reason = said.join("; ");
    return tell(
      "bundle/failed",
      needed,
      words(
        `"${short}" failed with exit status ${status ?? "unknown"}${reason === "" ? "" : `: ${reason}`}.`,
        `“${short}”失败，退出状态为 ${status ?? "未知"}${reason === "" ? "" : `：${reason}`}。`,
      ),
    );
  }
  if (more > 0)
    return tell(
      "bundle/shortened",
      "info",
      words(
        `Of what "${short}" printed, ${numbered(more, "more line was", "more lines were")} left out to keep the bundle short.`,
        `为控制篇幅，“${short}”的输出省略了 ${more} 行。`,
      ),
    );
  return [];
}
