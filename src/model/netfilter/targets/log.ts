import { words } from "../../../base/words.ts";
import { anyForm, type ListPart, type ListReader, listForm, orNothing } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { numberWithin, uint32 } from "../values/number.ts";
import { freeText } from "../values/text.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { inertTarget } from "./define-target.ts";

const levels: ReadonlyMap<string, number> = new Map([
  ["emerg", 0],
  ["panic", 0],
  ["alert", 1],
  ["crit", 2],
  ["error", 3],
  ["err", 3],
  ["warning", 4],
  ["warn", 4],
  ["notice", 5],
  ["info", 6],
  ["debug", 7],
]);

/** syslog level by number or name, printed as number; 4 is the default. */
const level: ValueKind<number> = {
  words: 1,
  read([text = ""], refuse) {
    if (/^\d/.test(text)) return numberWithin(text, 0, 7, refuse);
    return (
      levels.get(text.toLowerCase()) ??
      refuse("unknown-value", words(`“${text}” is no log level.`, `“${text}” 不是日志级别。`))
    );
  },
  print: String,
};

/** Bits of LOG's flags, as `LOG flags 47` of -n shows them: include/linux/netfilter/xt_LOG.h. */
const flagBits: readonly (readonly [option: string, bit: number])[] = [
  ["--log-tcp-sequence", 1],
  ["--log-tcp-options", 2],
  ["--log-ip-options", 4],
  ["--log-uid", 8],
  ["--log-macdecode", 32],
];

/** The prefix goes to the end of the row; until iptables 1.4.10 it stood in `` `…' ``. */
const listedPrefix: ListPart = ["--log-prefix", /prefix (?:"(?<a>.*)"|`(?<b>.*)')(?=\s*$)/];

/** `LOG flags 47 level 7 prefix "x"`, and by words without -n: `LOG level debug tcp-sequence prefix "x"`. */
const listedLog: ListReader = anyForm(
  (text, from, family) =>
    withFlags(text, from, family).map(({ end, options }) => ({
      end,
      options: options.flatMap((option) => {
        if (option.name !== "flags") return [option];
        const bits = Number(option.args[0]);
        return flagBits.filter(([, bit]) => bits & bit).map(([name]) => ({ ...option, name, args: [] }));
      }),
    })),
  listForm(/LOG/, [
    ["--log-level", /level (?<a>[a-z]+)/],
    ["--log-tcp-sequence", /tcp-sequence/],
    ["--log-tcp-options", /tcp-options/],
    ["--log-ip-options", /ip-options/],
    ["--log-uid", /uid/],
    ["--log-macdecode", /macdecode/],
    listedPrefix,
  ]),
);
const withFlags = listForm(/LOG(?= flags )/, [
  ["flags", /flags (?<a>\d+)/],
  ["--log-level", /level (?<a>\d+)/],
  listedPrefix,
]);

/** Writes a kernel log line, and the walk goes on. */
export const log = inertTarget(
  "LOG",
  {
    prefix: option("--log-prefix", freeText(29), (text) => text === ""),
    level: option("--log-level", level, (is) => is === 4),
    sequence: option("--log-tcp-sequence", flag),
    tcpOptions: option("--log-tcp-options", flag),
    ipOptions: option("--log-ip-options", flag),
    uid: option("--log-uid", flag),
    mac: option("--log-macdecode", flag),
  },
  undefined,
  listedLog,
);

export const nflog = inertTarget(
  "NFLOG",
  {
    prefix: option("--nflog-prefix", freeText(63), (text) => text === ""),
    group: option("--nflog-group", uint32, (is) => is === 0),
    range: option("--nflog-range", uint32),
    size: option("--nflog-size", uint32),
    threshold: option("--nflog-threshold", uint32, (is) => is === 1),
  },
  undefined,
  orNothing(
    listForm(null, [
      ["--nflog-prefix", /nflog-prefix "(?<a>.*)"(?= nflog-|\s*$)/],
      ["--nflog-group", /nflog-group (?<a>\d+)/],
      ["--nflog-range", /nflog-range (?<a>\d+)/],
      ["--nflog-size", /nflog-size (?<a>\d+)/],
      ["--nflog-threshold", /nflog-threshold (?<a>\d+)/],
    ]),
  ),
);

export const ulog = inertTarget(
  "ULOG",
  {
    prefix: option("--ulog-prefix", freeText(31)),
    group: option("--ulog-nlgroup", uint32),
    range: option("--ulog-cprange", uint32),
    threshold: option("--ulog-qthreshold", uint32),
  },
  undefined,
  listForm(/ULOG/, [
    ["--ulog-cprange", /copy_range (?<a>\d+)/],
    ["--ulog-nlgroup", /nlgroup (?<a>\d+)/],
    ["--ulog-prefix", /prefix (?:"(?<a>.*)"|`(?<b>.*)')(?= queue_threshold|\s*$)/],
    ["--ulog-qthreshold", /queue_threshold (?<a>\d+)/],
  ]),
);
