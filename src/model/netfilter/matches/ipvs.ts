import { and, negatedIf, type Ternary, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { cidrHas } from "../../net/cidr.ts";
import { protocolName, protocolNumber } from "../../net/protocol.ts";
import { listForm } from "../list-form.ts";
import { hostOrPrefix } from "../values/addresses.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { oneName } from "../values/names.ts";
import { number } from "../values/number.ts";
import { portNumbers } from "../values/port.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

const protocol: ValueKind<string> = {
  words: 1,
  read: ([text = ""], refuse) =>
    protocolName(text) ?? refuse("unknown-value", words(`“${text}” is not a protocol.`, `“${text}” 不是协议。`)),
  print: (name) => String(protocolNumber(name) ?? name),
};

/** xt_ipvs.c ipvs_mt: with any option but --ipvs alone, a packet that IPVS does not handle never matches. */
export const ipvs = defineMatch({
  name: "ipvs",
  level: "caveat",
  note: words("A rule with --vportctl is undecided.", "带 --vportctl 的规则无法判定。"),
  fields: {
    ipvs: negatable("--ipvs", flag),
    proto: negatable("--vproto", protocol),
    address: negatable("--vaddr", hostOrPrefix),
    port: negatable("--vport", number(0, 65535)),
    direction: option("--vdir", oneName(["ORIGINAL", "REPLY"])),
    method: negatable("--vmethod", oneName(["GATE", "IPIP", "MASQ"])),
    control: negatable("--vportctl", number(0, 65535)),
  },
  needs: [["ipvs", "proto", "address", "port", "direction", "method", "control"]],
  test(value, _packet, context) {
    const connection = context.ipvs;
    const { ipvs, ...others } = value;
    if (Object.keys(others).length === 0) return negatedIf(ipvs?.negated ?? false, ternary(connection !== undefined));
    if (!connection) return "no";
    let result: Ternary = ternary(!value.direction || value.direction.is.toLowerCase() === connection.direction);
    const require = (given: { readonly negated: boolean } | undefined, fact: Ternary): void => {
      if (given) result = and(result, negatedIf(given.negated, fact));
    };
    require(value.proto, ternary(value.proto?.is === connection.proto));
    require(value.address, ternary(value.address !== undefined && cidrHas(value.address.is, connection.vaddr)));
    require(value.port, ternary(value.port?.is === connection.vport));
    require(value.method, ternary(value.method?.is === connection.method));
    require(value.control, "unknown");
    return result;
  },
  list: listForm(null, [
    ["--ipvs", /(?<not>! )?ipvs/],
    ["--vproto", /(?<not>! )?vproto (?<a>\S+)/],
    ["--vaddr", /(?<not>! )?vaddr (?<a>\S+)/],
    ["--vport", /(?<not>! )?vport (?<a>\S+)/, ({ a = "" }) => [portNumbers(a)]],
    ["--vdir", /vdir (?<a>\S+)/],
    ["--vmethod", /(?<not>! )?vmethod (?<a>\S+)/],
    ["--vportctl", /(?<not>! )?vportctl (?<a>\S+)/, ({ a = "" }) => [portNumbers(a)]],
  ]),
});
