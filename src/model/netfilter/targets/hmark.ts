import { words } from "../../../base/words.ts";
import { bitsOf } from "../../net/ip.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { allBits } from "../values/masked.ts";
import { nameList } from "../values/names.ts";
import { hexNumber, number, uint32 } from "../values/number.ts";
import { lengthOfPrefix } from "../values/prefix-length.ts";
import { defineTarget } from "./define-target.ts";

const given = <T>(is: T) => ({ negated: false, is });
const port = hexNumber(0xffff, 4);
const spi = hexNumber(allBits, 8);
const why = words("HMARK sets a mark computed from the packet.", "HMARK 按报文计算并设置标记。");

/** A mark from a hash of the packet: libxt_HMARK.c. A tuple is printed as the masks it stands for, but `ct`. */
export const hmark = defineTarget({
  name: "HMARK",
  level: "recognised",
  note: why,
  fields: {
    source: option("--hmark-src-prefix", lengthOfPrefix),
    destination: option("--hmark-dst-prefix", lengthOfPrefix),
    sourceMask: option("--hmark-sport-mask", port),
    destinationMask: option("--hmark-dport-mask", port),
    spiMask: option("--hmark-spi-mask", spi),
    sport: option("--hmark-sport", port),
    dport: option("--hmark-dport", port),
    spi: option("--hmark-spi", spi),
    protocol: option("--hmark-proto-mask", hexNumber(0xffff, 2)),
    seed: option("--hmark-rnd", spi),
    modulus: option("--hmark-mod", number(1, allBits)),
    offset: option("--hmark-offset", uint32, (is) => is === 0),
    tuple: option("--hmark-tuple", nameList(["src", "dst", "sport", "dport", "spi", "proto", "ct"])),
  },
  needs: [["modulus"]],
  complete({ tuple, ...value }, family) {
    const has = (name: NonNullable<typeof tuple>["is"][number]): boolean => tuple?.is.includes(name) === true;
    return {
      ...value,
      ...(has("src") && { source: given<number>(bitsOf(family)) }),
      ...(has("dst") && { destination: given<number>(bitsOf(family)) }),
      ...(has("sport") && { sourceMask: given(0xffff) }),
      ...(has("dport") && { destinationMask: given(0xffff) }),
      ...(has("spi") && { spiMask: given(allBits) }),
      ...(has("proto") && { protocol: given(0xffff) }),
      ...(has("ct") && { tuple: given(["ct"] as const) }),
    };
  },
  effect: () => ({ kind: "unknown", why }),
  /** Of IPv6 the prefixes are left empty; such a rule stays unread. */
  list: listForm(/HMARK/, [
    ["--hmark-mod", /mod (?<a>\d+)/],
    ["--hmark-offset", /\+ (?<a>0x[\da-f]+)/],
    ["--hmark-tuple", /(?<a>ct),/],
    ["--hmark-src-prefix", /src-prefix (?<a>\d+)/],
    ["--hmark-dst-prefix", /dst-prefix (?<a>\d+)/],
    ["--hmark-sport-mask", /sport-mask (?<a>0x[\da-f]+)/],
    ["--hmark-dport-mask", /dport-mask (?<a>0x[\da-f]+)/],
    ["--hmark-spi-mask", /spi-mask (?<a>0x[\da-f]+)/],
    ["--hmark-sport", /sport (?<a>0x[\da-f]+)/],
    ["--hmark-dport", /dport (?<a>0x[\da-f]+)/],
    ["--hmark-spi", /spi (?<a>0x[\da-f]+)/],
    ["--hmark-proto-mask", /proto-mask (?<a>0x[\da-f]+)/],
    ["--hmark-rnd", /rnd (?<a>0x[\da-f]+)/],
  ]),
});
