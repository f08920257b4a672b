import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { defineTarget } from "./define-target.ts";
import { hopLimitEffect, hopStep, hops } from "./hop-limit-effect.ts";

/** IPv4's time to live: libipt_TTL.c. */
export const ttlTarget = defineTarget({
  name: "TTL",
  family: 4,
  level: "modelled",
  tables: ["mangle"],
  fields: { set: option("--ttl-set", hops), dec: option("--ttl-dec", hopStep), inc: option("--ttl-inc", hopStep) },
  needs: [["set", "dec", "inc"]],
  exclusive: [["set", "dec", "inc"]],
  effect: hopLimitEffect,
  list: listForm(/TTL/, [
    ["--ttl-set", /set to (?<a>\d+)/],
    ["--ttl-dec", /decrement by (?<a>\d+)/],
    ["--ttl-inc", /increment by (?<a>\d+)/],
  ]),
});
