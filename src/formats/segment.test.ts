import { describe, expect, it } from "vitest";
import { sourceText } from "../base/source.ts";
import { formats } from "./index.ts";
import { segmentText } from "./segment.ts";

/** `1-3 ip-rule`, with `cut`, `$ command` and `(filtered)` where they apply; then the codes of diagnostics with their lines. */
function cut(text: string): string[] {
  const source = sourceText("t", "t", text);
  const steps = segmentText(source, formats);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const { segments, diagnostics } = step.value;
  return [
    ...segments.map(({ format, command, cut: incomplete, fromLine, toLine }) => {
      const shown = command ? ` $ ${command.words.join(" ")}${command.filtered ? " (filtered)" : ""}` : "";
      return `${fromLine}-${toLine} ${format}${incomplete ? " cut" : ""}${shown}`;
    }),
    ...diagnostics.map((d) => `${d.severity} ${d.code}`),
  ];
}

const rules = ["0:\tfrom all lookup local", "32766:\tfrom all lookup main", "32767:\tfrom all lookup default"];
const set = [
  "create KUBE-X hash:ip family inet hashsize 1024 maxelem 65536",
  "add KUBE-X 192.0.2.1",
  "add KUBE-X 192.0.2.2",
];

const packet =
  "Nov 22 19:38:09 n1 kernel: x IN= OUT=lo SRC=192.0.2.1 DST=192.0.2.1 LEN=52 TOS=0x10 PREC=0x00 TTL=64 ID=4 DF PROTO=TCP SPT=1 DPT=443 WINDOW=4 RES=0x00 SYN URGP=0";

describe("segmentText", () => {
  it.each<[string, string[], string[]]>([
    ["a dump alone", rules, ["1-3 ip-rule"]],
    ["two kinds, one after the other", [...rules, ...set], ["1-3 ip-rule", "4-6 ipset-save"]],
    ["a prompt belongs to what it shows", ["[root@n1 ~]# ip rule", ...rules], ["1-4 ip-rule $ ip rule"]],
    ["grep leaves lines out", ["$ ip rule | grep main", rules[1] ?? ""], ["1-2 ip-rule $ ip rule (filtered)"]],
    ["a heading names the command", ["== ip rule ==", ...rules], ["1-4 ip-rule $ ip rule"]],
    ["a heading above a block, too", ["### ip rule", "```", ...rules, "```"], ["1-5 ip-rule $ ip rule"]],
    [
      "several commands on one line",
      ["# ip rule; ipset save", ...rules, ...set],
      ["1-4 ip-rule $ ip rule", "5-7 ipset-save $ ipset save"],
    ],
    ["quotes of mails", rules.map((l) => `> > ${l}`), ["1-3 ip-rule"]],
    ["four blanks in front", rules.map((l) => `    ${l}`), ["1-3 ip-rule"]],
    [
      "stamps of a logger",
      rules.map((l, i) => `I1122 19:38:09.59301${i}       1 proxier.go:123] ${l}`),
      ["1-3 ip-rule"],
    ],
    ["stamps of a container's log", rules.map((l) => `2026-11-22T19:38:09.593Z stdout F ${l}`), ["1-3 ip-rule"]],
    ["line numbers of an editor", set.map((l, i) => `  ${i + 9}  ${l}`), ["1-3 ipset-save"]],
    ["lines of grep -H are not all lines", set.map((l) => `sets.txt:${l}`), ["1-3 ipset-save cut"]],
    ["CRLF", rules.map((l) => `${l}\r`), ["1-3 ip-rule"]],
    ["blank lines do not end a dump", [rules[0] ?? "", "", rules[1] ?? ""], ["1-3 ip-rule"]],
    [
      "prose ends it",
      [...rules, "", "And then we looked at the sets:", "", ...set],
      ["1-3 ip-rule", "7-9 ipset-save", "info paste/unrecognised"],
    ],
    [
      "a damaged line within makes it incomplete",
      [set[0] ?? "", "ad KUB", ...set.slice(1)],
      ["1-4 ipset-save cut", "warning paste/unrecognised"],
    ],
    ["an ellipsis makes it incomplete", [...set, "..."], ["1-3 ipset-save cut", "info paste/noise"]],
    ["an ellipsis in front, too", ["...", ...set], ["2-4 ipset-save cut", "info paste/noise"]],
    ["chatter does not", ['Defaulted container "x" out of: x, y', ...set], ["2-4 ipset-save", "info paste/noise"]],
    ["the same set again begins another dump", [...set, ...set], ["1-3 ipset-save", "4-6 ipset-save"]],
    [
      "IPv6 after IPv4 is another dump",
      ["*nat", "COMMIT", "*nat", "COMMIT"],
      ["1-2 iptables-save", "3-4 iptables-save"],
    ],
    [
      "what a command prints that natlens does not read",
      ["$ telnet 192.0.2.1 443", "Trying 192.0.2.1..."],
      ["info paste/unrecognised"],
    ],
    ["what should have been readable", ["$ ip rule", "Command not found"], ["warning paste/unrecognised"]],
    ["prose alone", ["Dear all,", "", "nothing works."], ["info paste/unrecognised"]],
    [
      "lines of a system log stand among others",
      [packet, "kubelet: a", "kubelet: b", "kubelet: c", "kubelet: d", "", packet],
      ["1-7 netfilter-log", "info paste/unrecognised"],
    ],
  ])("%s", (_name, lines, expected) => {
    expect(cut(`${lines.join("\n")}\n`)).toEqual(expected);
  });

  it("knows a dump to be cut whose last line is a piece of one", () => {
    expect(cut(`${set.join("\n")}\ncreate KUBE-Y ha`)).toEqual(["1-3 ipset-save cut", "info paste/unrecognised"]);
    expect(cut(`${set.join("\n")}\nThat is all.\n`)).toEqual(["1-3 ipset-save", "info paste/unrecognised"]);
  });

  it("points into the text as pasted", () => {
    const pasted = "\ufeff> \u001b[35mcreate\u001b[0m KUBE-X hash:ip family inet\r\n> add KUBE-X 192.0.2.1\r\n";
    const source = sourceText("t", "t", pasted);
    const steps = segmentText(source, formats);
    let step = steps.next();
    while (!step.done) step = steps.next();
    const lines = step.value.segments[0]?.lines;
    expect(lines?.text(0)).toBe("create KUBE-X hash:ip family inet");
    expect(lines?.text(1)).toBe("add KUBE-X 192.0.2.1");
    const at = lines?.span(1, 4, 10);
    expect(at && new TextDecoder().decode(source.bytes.subarray(at.from, at.to))).toBe("KUBE-X");
    const first = lines?.span(0, 0, 6);
    expect(first && new TextDecoder().decode(source.bytes.subarray(first.from, first.to))).toBe("create");
  });

  it("points right behind bytes that are no UTF-8", () => {
    const bytes = new Uint8Array([
      ...Buffer.from("add KUBE-X "),
      0xff,
      0xfe,
      0xe4,
      ...Buffer.from(" 192.0.2.1\nadd KUBE-X 1\nadd KUBE-X 2\n"),
    ]);
    const source = sourceText("t", "t", bytes);
    const steps = segmentText(source, formats);
    let step = steps.next();
    while (!step.done) step = steps.next();
    const lines = step.value.segments[0]?.lines;
    const text = lines?.text(0) ?? "";
    const column = text.indexOf("192.0.2.1");
    const at = lines?.span(0, column, column + 9);
    expect(at && new TextDecoder().decode(source.bytes.subarray(at.from, at.to))).toBe("192.0.2.1");
  });

  it("stops where there are more dumps than anybody pastes", () => {
    const said = cut("0:\tfrom all lookup local\n```\n".repeat(5000));
    expect(said).toHaveLength(2001);
    expect(said.at(-1)).toBe("error paste/too-many-dumps");
  });
});
