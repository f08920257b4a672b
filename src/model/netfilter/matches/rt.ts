import { words } from "../../../base/words.ts";
import type { Ip } from "../../net/ip.ts";
import { listForm } from "../list-form.ts";
import { readAddress } from "../values/addresses.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { uint32 } from "../values/number.ts";
import { all32, index32 } from "../values/spi.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";
import { noExtensionHeaders } from "./extension-header.ts";

const addresses: ValueKind<readonly Ip[]> = {
  words: 1,
  read([text = ""], refuse, family) {
    const list = text.split(",");
    if (list.length > 16) return refuse("too-many", words("More than 16 addresses.", "超过 16 个地址。"));
    const read = list.map((each) => readAddress(each, refuse, family));
    return read.some((each) => each === undefined) ? undefined : (read as readonly Ip[]);
  },
  print: (list) => list.join(","),
};

/** The routing header of IPv6: libip6t_rt.c. */
export const rt = defineMatch({
  ...noExtensionHeaders,
  name: "rt",
  fields: {
    type: negatable("--rt-type", uint32),
    segments: negatable("--rt-segsleft", index32, all32),
    length: negatable("--rt-len", uint32),
    reserved: option("--rt-0-res", flag),
    addresses: option("--rt-0-addrs", addresses),
    notStrict: option("--rt-0-not-strict", flag),
  },
  list: listForm(/rt/, [
    ["--rt-type", /type:(?<not>!)?(?<a>\d+)/],
    ["--rt-segsleft", /segslefts?:(?<not>!)?(?<a>[\d:]+)/],
    ["--rt-len", /length:(?<not>!)?(?<a>\d+)/],
    ["--rt-0-res", /reserved/],
    ["--rt-0-addrs", /0-addrs (?<a>\S+)/],
    ["--rt-0-not-strict", /0-not-strict/],
  ]),
});
