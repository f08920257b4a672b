import { and, negatedIf, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

/** Congestion bits of IP and TCP: libxt_ecn.c, xt_ecn.c. */
export const ecn = defineMatch({
  name: "ecn",
  level: "caveat",
  note: words(
    "Of TCP packets a rule with --ecn-tcp-cwr or --ecn-tcp-ece is undecided.",
    "对 TCP 报文，带 --ecn-tcp-cwr 或 --ecn-tcp-ece 的规则无法判定。",
  ),
  fields: {
    ece: negatable("--ecn-tcp-ece", flag),
    cwr: negatable("--ecn-tcp-cwr", flag),
    ect: negatable("--ecn-ip-ect", number(0, 3)),
  },
  needs: [["ece", "cwr", "ect"]],
  test({ ece, cwr, ect }, packet) {
    const inTcp = !ece && !cwr ? "yes" : packet.proto === "tcp" ? "unknown" : "no";
    if (!ect) return inTcp;
    const inIp = packet.tos === undefined ? "unknown" : negatedIf(ect.negated, ternary((packet.tos & 3) === ect.is));
    return and(inTcp, inIp);
  },
  list: listForm(/ECN match/, [
    ["--ecn-tcp-ece", /(?<not>!)?ECE/],
    ["--ecn-tcp-cwr", /(?<not>!)?CWR/],
    ["--ecn-ip-ect", /(?<not>!)?ECT=(?<a>\d)/],
  ]),
});
