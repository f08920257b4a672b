import { negatedIf, type Ternary, ternary } from "../../../base/ternary.ts";
import type { Packet } from "../../net/packet.ts";
import { listForm } from "../list-form.ts";
import type { Negatable } from "../rule.ts";
import { negatable, option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

const byte = number(0, 255);

interface Comparison {
  readonly eq?: Negatable<number>;
  readonly lt?: Negatable<number>;
  readonly gt?: Negatable<number>;
}

/** Shared by IPv4's TTL and IPv6's hop limit: xt_hl.c ttl_mt, hl_mt6. */
function compare({ eq, lt, gt }: Comparison, packet: Packet): Ternary {
  const { ttl } = packet;
  if (ttl === undefined) return "unknown";
  if (eq) return negatedIf(eq.negated, ternary(ttl === eq.is));
  if (lt) return ternary(ttl < lt.is);
  return gt ? ternary(ttl > gt.is) : "yes";
}

export const ttl = defineMatch({
  name: "ttl",
  level: "modelled",
  fields: { eq: negatable(["--ttl-eq", "--ttl"], byte), lt: option("--ttl-lt", byte), gt: option("--ttl-gt", byte) },
  needs: [["eq", "lt", "gt"]],
  exclusive: [["eq", "lt", "gt"]],
  test: compare,
  list: listForm(/TTL match TTL/, [
    ["--ttl-eq", /(?:==|(?<not>!=)) (?<a>\d+)/],
    ["--ttl-lt", /< (?<a>\d+)/],
    ["--ttl-gt", /> (?<a>\d+)/],
  ]),
});

export const hl = defineMatch({
  name: "hl",
  level: "modelled",
  fields: { eq: negatable(["--hl-eq", "--hl"], byte), lt: option("--hl-lt", byte), gt: option("--hl-gt", byte) },
  needs: [["eq", "lt", "gt"]],
  exclusive: [["eq", "lt", "gt"]],
  test: compare,
  list: listForm(/HL match HL/, [
    ["--hl-eq", /(?:==|(?<not>!=)) (?<a>\d+)/],
    ["--hl-lt", /< (?<a>\d+)/],
    ["--hl-gt", /> (?<a>\d+)/],
  ]),
});
