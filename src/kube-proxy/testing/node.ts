import { sourceText } from "../../base/source.ts";
import { readNode } from "../../formats/read.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";

/** A node from pasted text. */
export const nodeFrom = (...texts: readonly string[]): NodeSnapshot =>
  readNode(texts.map((text, i) => sourceText(`node/${i}`, `paste ${i + 1}`, text))).snapshot;
