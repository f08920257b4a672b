import type { Cidr } from "../../net/cidr.ts";
import { printCidr } from "../../net/cidr.ts";
import { listForm } from "../list-form.ts";
import { readCidr } from "../values/addresses.ts";
import { option } from "../values/fields.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineTarget } from "./define-target.ts";

/** `10.9.9.0/24`, the length always printed. */
const prefix: ValueKind<Cidr> = {
  words: 1,
  read: ([text = ""], refuse, family) => readCidr(text, refuse, family),
  print: printCidr,
};
const nowhere: Cidr = { family: 4, base: 0n, mask: 0n };

/** Network part replaced, host part kept: destination in PREROUTING and OUTPUT, source in POSTROUTING. xt_NETMAP.c. */
export const netmap = defineTarget({
  name: "NETMAP",
  level: "modelled",
  terminating: true,
  tables: ["nat"],
  fields: { to: option("--to", prefix) },
  needs: [["to"]],
  effect: ({ to }) => ({ kind: "netmap", to: to?.is ?? nowhere }),
  list: listForm(null, [["--to", /to:(?<a>\S+)/]]),
});
