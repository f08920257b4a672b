import { words } from "../base/words.ts";
import type { Finding, Note } from "./finding.ts";

/** Whether the node that was pasted as the healthy one is a measure for the other. */
export function healthySideNotes(findings: readonly Finding[]): Note[] {
  const alarms = findings.filter((f) => f.kind === "fault" && f.certainty !== "possible");
  const on = (side: Finding["side"]): Set<string> => new Set(alarms.filter((f) => f.side === side).map((f) => f.id));
  const [healthy, broken] = [on("healthy"), on("broken")];
  if (healthy.size === 0) return [];
  const evidence = alarms.filter((f) => f.side === "healthy").flatMap((f) => f.evidence.slice(0, 1));
  const ids = [...healthy].join(", ");
  if (broken.size === 0)
    return [
      {
        id: "sides-exchanged",
        says: words(
          `The fault is on the node that was pasted as healthy (${ids}), and none was found on the other one. Are the two sides exchanged?`,
          `故障在作为“正常”粘贴的节点上（${ids}），另一节点上没有发现故障。两侧是否贴反了？`,
        ),
        evidence,
      },
    ];
  const same = [...healthy].filter((id) => broken.has(id));
  return [
    same.length > 0
      ? {
          id: "healthy-side-has-it-too",
          says: words(
            `The node that was pasted as healthy has the same fault (${same.join(", ")}): it is no measure for the other one.`,
            `作为“正常”粘贴的节点有同样的故障（${same.join("、")}），不能作为另一节点的参照。`,
          ),
          evidence,
        }
      : {
          id: "healthy-side-is-not-healthy",
          says: words(
            `The node that was pasted as healthy has a fault of its own (${ids}): where the two differ, it is no measure.`,
            `作为“正常”粘贴的节点自身也有故障（${ids}）：两者不同之处不能以它为准。`,
          ),
          evidence,
        },
  ];
}
