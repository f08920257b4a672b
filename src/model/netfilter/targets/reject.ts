import { words } from "../../../base/words.ts";
import type { Family } from "../../net/ip.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineTarget } from "./define-target.ts";

/** Printed name, then the short one; libipt_REJECT.c, libip6t_REJECT.c. The first is the default. */
const answers: Readonly<Record<Family, readonly (readonly [string, string])[]>> = {
  4: [
    ["icmp-port-unreachable", "port-unreach"],
    ["icmp-net-unreachable", "net-unreach"],
    ["icmp-host-unreachable", "host-unreach"],
    ["icmp-proto-unreachable", "proto-unreach"],
    ["icmp-net-prohibited", "net-prohib"],
    ["icmp-host-prohibited", "host-prohib"],
    ["tcp-reset", "tcp-rst"],
    ["icmp-admin-prohibited", "admin-prohib"],
  ],
  6: [
    ["icmp6-port-unreachable", "port-unreach"],
    ["icmp6-no-route", "no-route"],
    ["icmp6-adm-prohibited", "adm-prohibited"],
    ["icmp6-addr-unreachable", "addr-unreach"],
    ["tcp-reset", "tcp-reset"],
    ["icmp6-policy-fail", "policy-fail"],
    ["icmp6-reject-route", "reject-route"],
  ],
};

/** A name, its short form, or the beginning of either. */
const answer: ValueKind<string> = {
  words: 1,
  read([text = ""], refuse, family) {
    const lower = text.toLowerCase();
    const found =
      lower === ""
        ? undefined
        : answers[family].find(([long, short]) => long.startsWith(lower) || short.startsWith(lower));
    return (
      found?.[0] ??
      refuse("unknown-value", words(`“${text}” is no answer that REJECT gives.`, `“${text}” 不是 REJECT 的应答类型。`))
    );
  },
  print: (name) => name,
};

/** Drops, and answers with an ICMP error or an RST. Printed with its answer even where that is the default. */
export const reject = defineTarget({
  name: "REJECT",
  level: "modelled",
  terminating: true,
  tables: ["filter"],
  fields: { with: option("--reject-with", answer) },
  complete: (value, family) => ({ with: value.with ?? { negated: false, is: answers[family][0]?.[0] ?? "" } }),
  effect: (value) => ({ kind: "reject", with: value.with?.is ?? "icmp-port-unreachable" }),
  list: listForm(null, [["--reject-with", /reject-with (?<a>\S+)/]]),
});
