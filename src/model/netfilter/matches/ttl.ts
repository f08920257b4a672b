import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";
import { hopLimitIs } from "./hop-limit.ts";

const byte = number(0, 255);

/** Time to live of IPv4: libipt_ttl.c. */
export const ttl = defineMatch({
  name: "ttl",
  family: 4,
  level: "modelled",
  fields: { eq: negatable(["--ttl-eq", "--ttl"], byte), lt: option("--ttl-lt", byte), gt: option("--ttl-gt", byte) },
  needs: [["eq", "lt", "gt"]],
  exclusive: [["eq", "lt", "gt"]],
  test: hopLimitIs,
  list: listForm(/TTL match TTL/, [
    ["--ttl-eq", /(?:==|(?<not>!=)) (?<a>\d+)/],
    ["--ttl-lt", /< (?<a>\d+)/],
    ["--ttl-gt", /> (?<a>\d+)/],
  ]),
});
