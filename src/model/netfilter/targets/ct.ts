import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { nameList } from "../values/names.ts";
import { number } from "../values/number.ts";
import { word } from "../values/text.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineTarget } from "./define-target.ts";

const events = [
  "new",
  "related",
  "destroy",
  "reply",
  "assured",
  "protoinfo",
  "helper",
  "mark",
  "natseqinfo",
  "secmark",
] as const;

const zoneNumber = number(0, 65535);
/** A zone's number, or the packet's mark. */
const zone: ValueKind<number | "mark"> = {
  words: 1,
  read: (args, refuse, family) => (args[0] === "mark" ? "mark" : zoneNumber.read(args, refuse, family)),
  print: String,
};

/** xt_CT.c: leaves a packet untracked, or prepares its connection. A zone keeps connections apart, which is not modelled. */
export const ct = defineTarget({
  name: "CT",
  level: "caveat",
  note: words("A rule that puts the connection into a zone is undecided.", "把连接放入 zone 的规则无法判定。"),
  tables: ["raw"],
  fields: {
    notrack: option("--notrack", flag),
    helper: option("--helper", word(15)),
    timeout: option("--timeout", word(31)),
    ctevents: option("--ctevents", nameList(events)),
    expevents: option("--expevents", nameList(["new"])),
    zoneOrig: option("--zone-orig", zone),
    zoneReply: option("--zone-reply", zone),
    zone: option("--zone", zone),
  },
  exclusive: [["zone", "zoneOrig", "zoneReply"]],
  effect(value) {
    if (value.notrack) return { kind: "notrack" };
    return value.zone || value.zoneOrig || value.zoneReply
      ? { kind: "unknown", why: words("CT puts the connection into a zone of its own.", "CT 把连接放入单独的 zone。") }
      : { kind: "continue" };
  },
  list: listForm(/CT/, [
    ["--notrack", /notrack/],
    ["--helper", /helper (?<a>\S+)/],
    ["--timeout", /timeout (?<a>\S+)/],
    ["--ctevents", /ctevents (?<a>\S+)/],
    ["--expevents", /expevents (?<a>\S+)/],
    ["--zone-orig", /zone-orig (?<a>\S+)/],
    ["--zone-reply", /zone-reply (?<a>\S+)/],
    ["--zone", /zone (?<a>\S+)/],
  ]),
});
