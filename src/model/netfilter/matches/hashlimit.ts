import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option, type Values } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { nameList } from "../values/names.ts";
import { number, uint32 } from "../values/number.ts";
import { rate } from "../values/rate.ts";
import { word } from "../values/text.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

const perSecond = 1000000;
const packetRate = rate(perSecond);

/** Packets in time (as their distance), or bytes in time as written: `512kb/s`. */
type Pace = number | string;
const pace: ValueKind<Pace> = {
  words: 1,
  read: (args, refuse, family) =>
    /^\d+[km]?b\/s$/.test(args[0] ?? "") ? args[0] : packetRate.read(args, refuse, family),
  print: (value) => (typeof value === "string" ? value : packetRate.print(value)),
};

/** A number of packets, or of bytes as written: `1mb`. */
const burst: ValueKind<Pace> = {
  words: 1,
  read: (args, refuse, family) => (/^\d+[km]?b$/.test(args[0] ?? "") ? args[0] : uint32.read(args, refuse, family)),
  print: String,
};

const fields = {
  above: option("--hashlimit-above", pace),
  upto: option(["--hashlimit-upto", "--hashlimit"], pace),
  burst: option("--hashlimit-burst", burst),
  mode: option("--hashlimit-mode", nameList(["srcip", "srcport", "dstip", "dstport"])),
  name: option("--hashlimit-name", word(255)),
  size: option("--hashlimit-htable-size", uint32),
  max: option("--hashlimit-htable-max", uint32),
  interval: option("--hashlimit-htable-gcinterval", uint32, (is) => is === 1000),
  expire: option("--hashlimit-htable-expire", uint32),
  srcmask: option("--hashlimit-srcmask", number(0, 128)),
  dstmask: option("--hashlimit-dstmask", number(0, 128)),
  rateMatch: option("--hashlimit-rate-match", flag),
  rateInterval: option("--hashlimit-rate-interval", uint32),
};
export type Hashlimit = Values<typeof fields>;

/** The rate is shown divided by --hashlimit-rate-interval, which cannot be undone: such a rule stays unread. */
const listedLimit = listForm(
  /limit:(?= (?:above|up to) )/,
  [
    ["--hashlimit-above", /above (?<a>\S+)/],
    ["--hashlimit-upto", /up to (?<a>\S+)/],
    ["--hashlimit-burst", /burst (?<a>\S+)/],
    ["--hashlimit-mode", /mode (?<a>[a-z-]+)/, ({ a = "" }) => [a.replaceAll("-", ",")]],
    ["--hashlimit-htable-size", /htable-size (?<a>\d+)/],
    ["--hashlimit-htable-max", /htable-max (?<a>\d+)/],
    ["--hashlimit-htable-gcinterval", /htable-gcinterval (?<a>\d+)/],
    ["--hashlimit-htable-expire", /htable-expire (?<a>\d+)/],
    ["--hashlimit-srcmask", /srcmask (?<a>\d+)/],
    ["--hashlimit-dstmask", /dstmask (?<a>\d+)/],
  ],
  {
    what: words(
      "A listing does not show the name of hashlimit's table (--hashlimit-name).",
      "列表不显示 hashlimit 的表名（--hashlimit-name）。",
    ),
    decides: false,
  },
);

/** xt_hashlimit.c hashlimit_mt: one bucket for each source, destination, port as the mode says; no dump tells how full. */
export const hashlimit = defineMatch({
  name: "hashlimit",
  level: "caveat",
  note: words("The packet's bucket is taken to have credit.", "假定该报文的令牌桶尚有余额。"),
  fields,
  needs: [["above", "upto"], ["name"]],
  exclusive: [["above", "upto"]],
  /** Five packets of burst are always printed; for bytes there is none unless given. */
  complete: (value) =>
    value.burst || typeof (value.above ?? value.upto)?.is === "string"
      ? value
      : { ...value, burst: { negated: false, is: 5 } },
  test({ above, upto }, _packet, context) {
    const limit = pace.print((above ?? upto)?.is ?? "");
    return context.assume(
      words(`The limit of ${limit} is not reached.`, `未达到 ${limit} 的限速。`),
      words("A single packet seldom meets an empty bucket.", "单个报文很少碰到令牌桶为空。"),
      undefined,
      above === undefined,
    );
  },
  list: listedLimit,
  shown: ({ name: _name, ...value }) => value,
});
