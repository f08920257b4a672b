import { encodeLink } from "../../share/permalink.ts";
import { analyseSteps } from "../session.ts";
import type { Engine } from "./server.ts";

const decoder = new TextDecoder();

/** What the worker runs: the analysis itself, and links of what was analysed. */
export const engine: Engine = {
  analyse: analyseSteps,
  link(texts, { base, flow, step, whatIf }) {
    const fragment = encodeLink({
      texts: texts.map((text) => ({
        ...text,
        content: typeof text.content === "string" ? text.content : decoder.decode(text.content),
      })),
      ...(flow ? { flow } : {}),
      ...(step === undefined ? {} : { step }),
      ...(whatIf ? { whatIf } : {}),
    });
    return `${base}#${fragment}`;
  },
};
