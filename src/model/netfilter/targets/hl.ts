import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { defineTarget } from "./define-target.ts";
import { hopLimitEffect, hopStep, hops } from "./hop-limit-effect.ts";

/** IPv6's hop limit: libip6t_HL.c. */
export const hlTarget = defineTarget({
  name: "HL",
  family: 6,
  level: "modelled",
  tables: ["mangle"],
  fields: { set: option("--hl-set", hops), dec: option("--hl-dec", hopStep), inc: option("--hl-inc", hopStep) },
  needs: [["set", "dec", "inc"]],
  exclusive: [["set", "dec", "inc"]],
  effect: hopLimitEffect,
  list: listForm(/HL/, [
    ["--hl-set", /set to (?<a>\d+)/],
    ["--hl-dec", /decrement by (?<a>\d+)/],
    ["--hl-inc", /increment by (?<a>\d+)/],
  ]),
});
