import { words } from "../../../base/words.ts";
import { listForm, orNothing } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { word } from "../values/text.ts";
import { defineTarget } from "./define-target.ts";

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
    ctevents: option("--ctevents", word()),
    expevents: option("--expevents", word()),
    zoneOrig: option("--zone-orig", word()),
    zoneReply: option("--zone-reply", word()),
    zone: option("--zone", word()),
  },
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

/** The older spelling of `-j CT --notrack`; iptables-save keeps it. */
export const notrack = defineTarget({
  name: "NOTRACK",
  level: "modelled",
  tables: ["raw"],
  fields: {},
  effect: () => ({ kind: "notrack" }),
  /** iptables prints it as the CT target that it is, with its own word. */
  list: orNothing(listForm(/NOTRACK/)),
  listedUnder: "CT",
});
