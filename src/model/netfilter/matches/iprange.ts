import { and, negatedIf } from "../../../base/ternary.ts";
import { listForm } from "../list-form.ts";
import { addressRange, addressWithin } from "../values/addresses.ts";
import { negatable } from "../values/fields.ts";
import { defineMatch } from "./define-match.ts";

/** xt_iprange.c iprange_mt4, iprange_mt6. */
export const iprange = defineMatch({
  name: "iprange",
  level: "modelled",
  fields: { source: negatable("--src-range", addressRange), destination: negatable("--dst-range", addressRange) },
  needs: [["source", "destination"]],
  test: ({ source, destination }, packet) =>
    and(
      source ? negatedIf(source.negated, addressWithin(packet.src, source.is)) : "yes",
      destination ? negatedIf(destination.negated, addressWithin(packet.dst, destination.is)) : "yes",
    ),
  list: listForm(null, [
    ["--src-range", /source IP range (?<not>! )?(?<a>\S+)/],
    ["--dst-range", /destination IP range (?<not>! )?(?<a>\S+)/],
  ]),
});
