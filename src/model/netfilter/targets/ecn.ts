import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import { inertTarget, ofFamily } from "./define-target.ts";

const bit = number(0, 1);

/** Congestion bits of IP and TCP: libipt_ECN.c. */
export const ecnTarget = ofFamily(
  4,
  inertTarget(
    "ECN",
    {
      remove: option("--ecn-tcp-remove", flag),
      ece: option("--ecn-tcp-ece", bit),
      cwr: option("--ecn-tcp-cwr", bit),
      ect: option("--ecn-ip-ect", number(0, 3)),
    },
    undefined,
    listForm(/ECN/, [
      ["--ecn-tcp-remove", /TCP remove/],
      ["--ecn-tcp-ece", /ECE=(?<a>\d)/],
      ["--ecn-tcp-cwr", /CWR=(?<a>\d)/],
      ["--ecn-ip-ect", /ECT codepoint=(?<a>\d)/],
    ]),
  ),
);
