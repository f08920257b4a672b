import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { bare } from "../values/text.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

const instruction = /^\s*(\d+) +(\d+) +(\d+) +(\d+)\s*$/;

/** `4,48 0 0 9,21 0 1 6,…`: the number of instructions, then each of them. libxt_bpf.c bpf_parse_string. */
const bytecode: ValueKind<string> = {
  words: 1,
  free: true,
  read([text = ""], refuse) {
    const [count = "", ...list] = text.split(",");
    const instructions = list.map((each) => instruction.exec(each)?.slice(1).join(" "));
    if (!/^\d+$/.test(count) || Number(count) !== list.length || instructions.includes(undefined))
      return refuse("unknown-value", words(`“${text}” is no BPF program.`, `“${text}” 不是 BPF 程序。`));
    if (list.length > 64) return refuse("too-many", words("More than 64 instructions.", "超过 64 条指令。"));
    return [count, ...instructions].join(",");
  },
  print: (program) => `"${program}"`,
};

const counted = (program: string): string => `${program.split(",").length},${program}`;

const path: ValueKind<string> = { words: 1, free: true, read: ([text = ""]) => text, print: bare };

/** A program over the packet: libxt_bpf.c. */
export const bpf = defineMatch({
  name: "bpf",
  level: "recognised",
  note: words("A program decides by the packet's bytes.", "由程序根据报文的字节判断。"),
  fields: { bytecode: option("--bytecode", bytecode), pinned: option("--object-pinned", path) },
  needs: [["bytecode", "pinned"]],
  exclusive: [["bytecode", "pinned"]],
  /** Without the number of instructions; a NUL ends it. */
  list: listForm(/match bpf/, [
    ["--bytecode", /(?<a>\d+ \d+ \d+ \d+(?:,\d+ \d+ \d+ \d+)*)/, ({ a = "" }) => [counted(a)]],
    ["--object-pinned", /pinned (?<a>\S+)/],
  ]),
});
