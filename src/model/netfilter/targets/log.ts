import { anyForm, type ListPart, type ListReader, listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { logLevel } from "../values/log-level.ts";
import { freeText } from "../values/text.ts";
import { inertTarget } from "./define-target.ts";

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

/** Writes a kernel log line, and the walk goes on: libxt_LOG.c. */
export const log = inertTarget(
  "LOG",
  {
    prefix: option("--log-prefix", freeText(29), (text) => text === ""),
    level: option("--log-level", logLevel, (is) => is === 4),
    sequence: option("--log-tcp-sequence", flag),
    tcpOptions: option("--log-tcp-options", flag),
    ipOptions: option("--log-ip-options", flag),
    uid: option("--log-uid", flag),
    mac: option("--log-macdecode", flag),
  },
  undefined,
  listedLog,
);
