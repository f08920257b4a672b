import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { oneName } from "../values/names.ts";
import { uint64 } from "../values/number.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

const most = "18446744073709551615";

/** `100:200`; without an end there is none, and none is printed. */
const amounts: ValueKind<readonly [string, string]> = {
  words: 1,
  read([text = ""], refuse, family) {
    const [from = "", to = "", more] = text.split(":");
    if (more !== undefined) return refuse("not-a-number", words(`“${text}” is not a number.`, `“${text}” 不是数字。`));
    const low = from === "" ? "0" : uint64.read([from], refuse, family);
    const high = to === "" ? most : uint64.read([to], refuse, family);
    if (low === undefined || high === undefined) return undefined;
    if (BigInt(low) > BigInt(high))
      return refuse("range-reversed", words(`${text} runs backwards.`, `${text} 的范围前后颠倒。`));
    return [low, high];
  },
  print: ([low, high]) => (high === most ? low : `${low}:${high}`),
};

/** What a connection has moved so far: libxt_connbytes.c. */
export const connbytes = defineMatch({
  name: "connbytes",
  level: "recognised",
  note: words("Compares what the connection has moved so far.", "比较连接至今传输的数据量。"),
  fields: {
    amount: negatable("--connbytes", amounts),
    mode: option("--connbytes-mode", oneName(["packets", "bytes", "avgpkt"])),
    direction: option("--connbytes-dir", oneName(["original", "reply", "both"])),
  },
  needs: [["amount"], ["mode"], ["direction"]],
  list: listForm(null, [
    ["--connbytes", /(?<not>! )?connbytes (?<a>[\d:]+)/],
    ["--connbytes-mode", /connbytes mode (?<a>\w+)/],
    ["--connbytes-dir", /connbytes direction (?<a>\w+)/],
  ]),
});
