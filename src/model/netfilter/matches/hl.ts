import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";
import { hopLimitIs } from "./hop-limit.ts";

const byte = number(0, 255);

/** Hop limit of IPv6: libip6t_hl.c. */
export const hl = defineMatch({
  name: "hl",
  family: 6,
  level: "modelled",
  fields: { eq: negatable(["--hl-eq", "--hl"], byte), lt: option("--hl-lt", byte), gt: option("--hl-gt", byte) },
  needs: [["eq", "lt", "gt"]],
  exclusive: [["eq", "lt", "gt"]],
  test: hopLimitIs,
  list: listForm(/HL match HL/, [
    ["--hl-eq", /(?:==|(?<not>!=)) (?<a>\d+)/],
    ["--hl-lt", /< (?<a>\d+)/],
    ["--hl-gt", /> (?<a>\d+)/],
  ]),
});
