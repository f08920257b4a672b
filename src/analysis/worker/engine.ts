import { decode } from "../../base/source.ts";
import { readTextSteps } from "../../formats/read.ts";
import { encodeLink } from "../../share/permalink.ts";
import { readView } from "../read-view.ts";
import { examineReadings, readingsOf } from "../session.ts";
import { textsOf } from "../texts.ts";
import { understoodView } from "../understood.ts";
import type { Engine } from "./server.ts";
import { unpack } from "./unpack.ts";

/** What the worker runs: the analysis itself, and links of what was analysed. */
export const engine: Engine = {
  read: readTextSteps,
  readings: readingsOf,
  view: (readings) => readView(textsOf(readings), readings),
  examine: examineReadings,
  understood: understoodView,
  unpack,
  link(texts, { base, flow, step, whatIf }) {
    const fragment = encodeLink({
      texts: texts.map(({ side, reading: { source } }) => ({
        side,
        name: source.name,
        content: decode(source, 0, source.bytes.length),
      })),
      ...(flow ? { flow } : {}),
      ...(step === undefined ? {} : { step }),
      ...(whatIf ? { whatIf } : {}),
    });
    return `${base}#${fragment}`;
  },
};
