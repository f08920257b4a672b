import { negatedIf } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { defineMatch } from "./define-match.ts";

/** Would an answer leave by the interface the packet came in by: libxt_rpfilter.c, ipt_rpfilter.c. */
export const rpfilter = defineMatch({
  name: "rpfilter",
  level: "caveat",
  note: words(
    "Where routes do not tell the way back, it is taken to be the way the packet came.",
    "路由说明不了回程时，假定它与来程一致。",
  ),
  fields: {
    loose: option("--loose", flag),
    validmark: option("--validmark", flag),
    acceptLocal: option("--accept-local", flag),
    invert: option("--invert", flag),
  },
  test({ invert, loose, validmark, acceptLocal }, packet, context) {
    const back = context.wayBack(packet, {
      loose: loose !== undefined,
      validMark: validmark !== undefined,
      acceptLocal: acceptLocal !== undefined,
    });
    if (back !== "unknown") return negatedIf(invert !== undefined, back);
    return context.assume(
      words("The packet passes the reverse path test (-m rpfilter).", "报文能通过反向路径检查（-m rpfilter）。"),
      words(
        "Packets seldom come in by another interface than the answer leaves by.",
        "报文很少从与回程不同的接口进来。",
      ),
      `ip route get ${typeof packet.src === "string" ? packet.src : "SOURCE"}`,
      invert === undefined,
    );
  },
  list: listForm(/rpfilter/, [
    ["--loose", /loose/],
    ["--validmark", /validmark/],
    ["--accept-local", /accept-local/],
    ["--invert", /invert/],
  ]),
});
