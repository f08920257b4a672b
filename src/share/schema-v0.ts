import * as v from "valibot";
import { symptoms } from "../analysis/view.ts";

const text = v.strictObject({ n: v.pipe(v.string(), v.maxLength(200)), t: v.string() });
const address = v.pipe(v.string(), v.regex(/^[0-9a-fA-F.:]{2,45}$/));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535));
const side = v.picklist(["healthy", "broken"]);

const flow = v.strictObject({
  f: v.picklist(["host", "pod", "hairpin", "external"]),
  s: v.optional(address),
  d: address,
  p: port,
  l: v.picklist(["tcp", "udp", "sctp", "icmp"]),
  y: v.optional(v.picklist(symptoms)),
});

const whatIf = v.variant("k", [
  v.strictObject({ k: v.literal("cluster-cidr"), s: side, v: v.pipe(v.string(), v.maxLength(100)) }),
  v.strictObject({ k: v.literal("masquerade-all"), s: side }),
  v.strictObject({ k: v.literal("add-rule"), s: side, v: v.pipe(v.string(), v.maxLength(2000)) }),
]);

/**
 * What a version 0 link holds, in its own shape: the texts of both sides as pasted (h, b), the flow asked about and what is seen of it (q), the
 * step shown (i) and what was tried (w). Provisional: a later version may drop it.
 */
export const linkV0 = v.strictObject({
  h: v.array(text),
  b: v.array(text),
  q: v.optional(flow),
  i: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  w: v.optional(v.pipe(v.array(whatIf), v.maxLength(20))),
});
export type LinkV0 = v.InferOutput<typeof linkV0>;
