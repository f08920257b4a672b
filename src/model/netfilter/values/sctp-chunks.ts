import { words } from "../../../base/words.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

/** By number, with the letters of their flags from the highest bit on; libxt_sctp.c sctp_chunk_names. */
const chunks: readonly (readonly [string, string])[] = [
  ["DATA", "IUBE"],
  ["INIT", ""],
  ["INIT_ACK", ""],
  ["SACK", ""],
  ["HEARTBEAT", ""],
  ["HEARTBEAT_ACK", ""],
  ["ABORT", "T"],
  ["SHUTDOWN", ""],
  ["SHUTDOWN_ACK", ""],
  ["ERROR", ""],
  ["COOKIE_ECHO", ""],
  ["COOKIE_ACK", ""],
  ["ECN_ECNE", ""],
  ["ECN_CWR", ""],
  ["SHUTDOWN_COMPLETE", "T"],
  ["I_DATA", "IUBE"],
  ["ASCONF_ACK", ""],
  ["RE_CONFIG", ""],
  ["PAD", ""],
  ["FORWARD_TSN", ""],
  ["ASCONF", ""],
  ["I_FORWARD_TSN", ""],
];
const everything = ["ALL", "NONE"];
const ways = ["all", "any", "only"];

/** Which of the chunks a packet must have, and which flags of them: a capital is a flag that is set. */
export interface SctpChunks {
  readonly way: string;
  /** Canonical words: `DATA:Be`, `INIT`, or `ALL` or `NONE` alone. */
  readonly list: readonly string[];
}

function readChunk(text: string, refuse: Refuse): string | undefined {
  const [name = "", letters] = text.split(":");
  const upper = name.toUpperCase();
  const known = chunks.find(([chunk]) => chunk === upper);
  const flags = known?.[1] ?? "";
  const given = [...(letters ?? "")];
  if (!(known || everything.includes(upper)) || given.some((letter) => !flags.includes(letter.toUpperCase())))
    return refuse("unknown-value", words(`“${text}” is no SCTP chunk.`, `“${text}” 不是 SCTP chunk。`), 1);
  const sorted = [...flags].flatMap((flag) => given.find((letter) => letter.toUpperCase() === flag) ?? []).join("");
  return sorted === "" ? upper : `${upper}:${sorted}`;
}

/** `--chunk-types any DATA:Be,INIT`. */
export const sctpChunks: ValueKind<SctpChunks> = {
  words: 2,
  read([way = "", text = ""], refuse) {
    const lower = way.toLowerCase();
    if (!ways.includes(lower))
      return refuse(
        "unknown-value",
        words(`“${way}” is not one of all, any, only.`, `“${way}” 不是 all、any、only 之一。`),
      );
    const list = text.split(",").map((each) => readChunk(each, refuse));
    if (list.includes(undefined)) return undefined;
    const place = (word: string): number => chunks.findIndex(([name]) => name === word.replace(/:.*/, ""));
    return { way: lower, list: [...new Set(list as string[])].sort((a, b) => place(a) - place(b)) };
  },
  print: ({ way, list }) => `${way} ${list.join(",")}`,
};
