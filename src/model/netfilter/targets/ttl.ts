import { listForm } from "../list-form.ts";
import type { Negatable } from "../rule.ts";
import { option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { defineTarget } from "./define-target.ts";
import type { TargetEffect } from "./target.ts";

const byte = number(0, 255);

interface Change {
  readonly set?: Negatable<number>;
  readonly dec?: Negatable<number>;
  readonly inc?: Negatable<number>;
}

function effect({ set, dec, inc }: Change): TargetEffect {
  if (set) return { kind: "ttl", operation: "set", value: set.is };
  return dec
    ? { kind: "ttl", operation: "dec", value: dec.is }
    : { kind: "ttl", operation: "inc", value: inc?.is ?? 0 };
}

/** IPv4's TTL and IPv6's hop limit: xt_HL.c. */
export const ttlTarget = defineTarget({
  name: "TTL",
  level: "modelled",
  tables: ["mangle"],
  fields: { set: option("--ttl-set", byte), dec: option("--ttl-dec", byte), inc: option("--ttl-inc", byte) },
  needs: [["set", "dec", "inc"]],
  exclusive: [["set", "dec", "inc"]],
  effect,
  list: listForm(/TTL/, [
    ["--ttl-set", /set to (?<a>\d+)/],
    ["--ttl-dec", /decrement by (?<a>\d+)/],
    ["--ttl-inc", /increment by (?<a>\d+)/],
  ]),
});

export const hlTarget = defineTarget({
  name: "HL",
  level: "modelled",
  tables: ["mangle"],
  fields: { set: option("--hl-set", byte), dec: option("--hl-dec", byte), inc: option("--hl-inc", byte) },
  needs: [["set", "dec", "inc"]],
  exclusive: [["set", "dec", "inc"]],
  effect,
  list: listForm(/HL/, [
    ["--hl-set", /set to (?<a>\d+)/],
    ["--hl-dec", /decrement by (?<a>\d+)/],
    ["--hl-inc", /increment by (?<a>\d+)/],
  ]),
});
