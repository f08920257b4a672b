import { words } from "../../../base/words.ts";
import { bitsOf } from "../../net/ip.ts";
import { listForm } from "../list-form.ts";
import { type ByteRate, byteRate, bytesOf, printBytes, readBytes } from "../values/byte-rate.ts";
import { negatable, option, type Values } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { nameList } from "../values/names.ts";
import { number, uint32 } from "../values/number.ts";
import { lengthOfPrefix } from "../values/prefix-length.ts";
import { rate } from "../values/rate.ts";
import { word } from "../values/text.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

const packetRate = rate(1000000);

/** Packets in time (as their distance), or bytes a second. */
type Pace = number | ByteRate;
const pace: ValueKind<Pace> = {
  words: 1,
  read: (args, refuse, family) => (/b\/s$/.test(args[0] ?? "") ? byteRate : packetRate).read(args, refuse, family),
  print: (value) => (typeof value === "number" ? packetRate.print(value) : byteRate.print(value)),
};

/** Packets, or bytes. */
type Burst = number | { readonly bytes: number };
const packets = number(1, 1000000);
const burstOf: ValueKind<Burst> = {
  words: 1,
  read(args, refuse, family) {
    const bytes = readBytes(args[0] ?? "");
    return bytes === undefined ? packets.read(args, refuse, family) : { bytes };
  },
  print: (value) => (typeof value === "number" ? String(value) : printBytes(value.bytes)),
};

const fields = {
  above: negatable("--hashlimit-above", pace),
  upto: negatable(["--hashlimit-upto", "--hashlimit"], pace),
  burst: option("--hashlimit-burst", burstOf),
  mode: option("--hashlimit-mode", nameList(["srcip", "srcport", "dstip", "dstport"])),
  name: option("--hashlimit-name", word(255)),
  size: option("--hashlimit-htable-size", uint32),
  max: option("--hashlimit-htable-max", uint32),
  interval: option("--hashlimit-htable-gcinterval", uint32, (is) => is === 1000),
  expire: option("--hashlimit-htable-expire", uint32),
  srcmask: option("--hashlimit-srcmask", lengthOfPrefix),
  dstmask: option("--hashlimit-dstmask", lengthOfPrefix),
  rateMatch: option("--hashlimit-rate-match", flag),
  rateInterval: option("--hashlimit-rate-interval", uint32, (is) => is === 1),
};
export type Hashlimit = Values<typeof fields>;

const given = <T>(is: T) => ({ negated: false, is });

/** Five packets are always printed; bytes are rounded up to a multiple of the rate, and there are none unless given. */
function roundedBurst(rateIs: Pace | undefined, burst: Burst | undefined): Burst | undefined {
  if (rateIs === undefined || typeof rateIs === "number") return burst ?? 5;
  if (burst === undefined) return undefined;
  const bytes = typeof burst === "number" ? burst : burst.bytes;
  const unit = bytesOf(rateIs);
  return { bytes: unit > 0 ? Math.ceil(bytes / unit) * unit : bytes };
}

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
  complete({ above, upto, burst, srcmask, dstmask, ...rest }, family) {
    const limit = above ?? upto;
    const isAbove = (above !== undefined) !== (limit?.negated ?? false);
    const most = roundedBurst(limit?.is, burst?.is);
    return {
      ...(limit && { [isAbove ? "above" : "upto"]: given(limit.is) }),
      ...(most !== undefined && { burst: given(most) }),
      ...(srcmask && srcmask.is !== bitsOf(family) && { srcmask }),
      ...(dstmask && dstmask.is !== bitsOf(family) && { dstmask }),
      ...rest,
    };
  },
  test({ above, upto }, _packet, context) {
    const limit = above ?? upto;
    const text = limit ? pace.print(limit.is) : "";
    return context.assume(
      words(`The limit of ${text} is not reached.`, `未达到 ${text} 的限速。`),
      words("A single packet seldom meets an empty bucket.", "单个报文很少碰到令牌桶为空。"),
      undefined,
      above === undefined,
    );
  },
  list: listedLimit,
  shown: ({ name: _name, ...value }) => value,
});
