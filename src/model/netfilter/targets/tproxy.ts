import { words } from "../../../base/words.ts";
import { fromValue } from "../../net/ip.ts";
import { listPattern } from "../list-form.ts";
import { address } from "../values/addresses.ts";
import { option } from "../values/fields.ts";
import type { Masked } from "../values/masked.ts";
import { number } from "../values/number.ts";
import { defineTarget } from "./define-target.ts";
import { xmark } from "./mark.ts";

const given = <T>(is: T) => ({ negated: false, is });
const why = words(
  "TPROXY hands the packet to a local socket if there is one.",
  "存在本地 socket 时 TPROXY 把报文交给它。",
);

/** A transparent proxy: libxt_TPROXY.c. Address and mark are printed even where they were not given. */
export const tproxy = defineTarget({
  name: "TPROXY",
  level: "recognised",
  note: why,
  terminating: true,
  tables: ["mangle"],
  fields: {
    port: option("--on-port", number(0, 65535)),
    address: option("--on-ip", address),
    mark: option("--tproxy-mark", xmark),
  },
  needs: [["port"]],
  complete: (value, family) => ({
    ...value,
    address: value.address ?? given(fromValue(family, 0n)),
    mark: value.mark ?? given<Masked>({ value: 0, mask: 0 }),
  }),
  effect: () => ({ kind: "unknown", why }),
  /** The port is always there, and stands behind the last colon. */
  list: listPattern(
    /TPROXY redirect (?<ip>\S+):(?<port>\d+) mark (?<mark>\S+)/,
    ({ ip = "", port = "", mark = "" }) => [
      ["--on-port", false, port],
      ["--on-ip", false, ip],
      ["--tproxy-mark", false, mark],
    ],
  ),
});
