import { type Words, words } from "../../base/words.ts";
import type { Outcome, Trace } from "../../simulate/trace.ts";
import { showField } from "./value.ts";

/** The outcome in the words of the screen; everywhere the same ones. */
export const outcomeWords: Readonly<Record<Outcome, Words>> = {
  delivered: words("delivered", "已送达"),
  "wrong-source": words("wrong source seen", "源地址不对"),
  "wrong-destination": words("wrong destination", "目的地址不对"),
  refused: words("refused", "被拒绝"),
  dropped: words("dropped", "被丢弃"),
  "reply-lost": words("reply lost", "回包丢失"),
  looped: words("looped", "成环"),
  undecidable: words("cannot be decided", "无法判定"),
};

const arrives = (outcome: Outcome): boolean =>
  outcome === "delivered" || outcome === "wrong-source" || outcome === "wrong-destination";
export const isFault = (outcome: Outcome): boolean => outcome !== "delivered" && outcome !== "undecidable";
export const isAnswered = (trace: Trace): boolean => arrives(trace.ending.outcome);

/** One line below the lane's name. */
export function laneSummary(trace: Trace): Words {
  const { outcome } = trace.ending;
  const says = outcomeWords[outcome];
  const source = trace.summary.sourceSent;
  if (source === undefined) return says;
  const en = showField(source, "en");
  const zh = showField(source, "zh-CN");
  return arrives(outcome)
    ? words(`${says.en}, the server sees ${en}`, `${says["zh-CN"]}，服务端看到 ${zh}`)
    : words(`${says.en}, sent with source ${en}`, `${says["zh-CN"]}，发出时源地址为 ${zh}`);
}

/** What the process that asked notices, in the words its tools print. */
export function symptom(outcome: Outcome, proto: string): Words {
  if (outcome === "refused")
    return words("socket: connection refused (ECONNREFUSED)", "套接字：connection refused（ECONNREFUSED）");
  if (outcome === "undecidable") return words("not known", "未知");
  return proto === "tcp"
    ? words("socket waits, SYN is retried, then ETIMEDOUT", "套接字等待，SYN 重传，最后 ETIMEDOUT")
    : words("socket waits, no answer comes", "套接字等待，没有应答");
}
