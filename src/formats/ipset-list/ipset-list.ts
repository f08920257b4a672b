import type { Diagnostic, Parsed, Severity } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import { shellWord } from "../../base/shell-word.ts";
import { type Steps, toEnd } from "../../base/steps.ts";
import { type Words, words } from "../../base/words.ts";
import type { IpSet } from "../../model/ipset/set.ts";
import { counted } from "../counted.ts";
import type { Format, Segment, SegmentReading } from "../format.ts";
import { type ElementTest, elementTest, namesOneSet } from "../ipset-save/element.ts";
import { newPlaces, type Places, splitEntry, strangeExtension } from "../ipset-save/set-lines.ts";

/**
 * `ipset list` (ipset 6 and 7); `ipset list -t` stops before Members:, then membership is unknown:
 *   Name: KUBE-CLUSTER-IP
 *   Type: hash:ip,port
 *   Revision: 5
 *   Header: family inet hashsize 1024 maxelem 65536
 *   Size in memory: 320
 *   References: 2
 *   Number of entries: 1
 *   Members:
 *   192.0.2.1,tcp:443
 *   198.51.100.0/24 timeout 0 nomatch packets 0 bytes 0 comment "it's"
 * `-n` prints nothing but names; ipset 4 has types without a colon and `Header: hashsize: 1024 probes: 8`; `-o xml`
 * begins with <ipsets> and is not read.
 */
const name = /^Name: (\S.*)$/;
const type =
  /^Type: ((?:bitmap|hash|list):\S+|ip(?:map|hash|porthash|portiphash|portnethash|tree|treemap)|macipmap|portmap|nethash|setlist)\s*$/;
const header = /^(?:Revision|Header|Size in memory|References|Number of entries|Default binding|Bindings): ?(.*)$/;
const member =
  /^(?![A-Z]\w*:$)[^\s"<>[\](){}=]+(?: (?:timeout(?: \d+)?|nomatch|wildcard|packets \d+|bytes \d+|skbmark \S+|skbprio \S+|skbqueue \d+|comment "[^"]*"))*\s*$/;
const xml = /^\s*<(?:\/?ipsets?|ipset name="[^"]*")>\s*$/;
const xmlInner = /^\s*<\/?(?:type|revision|header|memsize|references|numentries|members|member)\b/;

interface Draft {
  set: IpSet;
  test: ElementTest;
  readonly places: Places;
  members: boolean;
  /** `Header:` was there: it says which family the set is of. */
  header: boolean;
  /** `References:`, the last line of a set whose members are not printed. */
  references: boolean;
  damaged: boolean;
  expected?: number;
}

export const ipsetList: Format = {
  id: "ipset-list",
  title: words("ipset list", "ipset list"),
  sniff(line, inside) {
    if (type.test(line) || line.trimEnd() === "Members:" || xml.test(line)) return "strong";
    if (name.test(line)) return inside ? "strong" : /^Name: \S+\s*$/.test(line) ? "weak" : undefined;
    if (header.test(line)) return inside || line.startsWith("Size in memory: ") ? "strong" : "weak";
    return inside && (member.test(line) || xmlInner.test(line)) ? "weak" : undefined;
  },
  printedBy: (command) =>
    command[0] === "ipset" && !command.includes("save") && command.some((w) => w === "list" || w === "-L"),
  parse: (segment) => toEnd(parseSteps(segment)),
  parseSteps,
};

function* parseSteps({ lines, command, cut }: Segment): Steps<Parsed<SegmentReading>> {
  const diagnostics: Diagnostic[] = [];
  const sets: IpSet[] = [];
  // `ipset list -n`: names of sets, nothing else
  const namesOnly = command?.words.some((w) => w === "-n" || w === "-name" || w === "--name") ?? false;
  const missing = cut || (command?.filtered ?? false);
  let open: Draft | undefined;
  let entries = 0;
  let strange = false;
  let inXml = false;
  let anyMembers = false;
  /** The text ends within the last set: others may have followed. */
  let endsWithin = false;
  const say = (
    code: Defect<"ipset-list">,
    severity: Severity,
    at: Diagnostic["at"],
    message: Words,
    advice?: Words,
  ): void => {
    diagnostics.push({ code: `ipset-list/${code}`, severity, at, message, ...(advice && { advice }) });
  };
  const close = (): void => {
    if (!open) return;
    const { set, places, members, damaged, expected, header, references } = open;
    const found = places.length;
    const short = expected !== undefined && expected !== found;
    anyMembers ||= members;
    endsWithin = members ? short && !/ timeout /.test(set.options) : anyMembers || !references;
    if (members && short && !missing)
      say(
        "entries-missing",
        "warning",
        set.at,
        words(
          `Set ${set.name} counts ${expected} entries and shows ${found}: what is not shown is unknown.`,
          `集合 ${set.name} 记有 ${expected} 项，只列出 ${found} 项：未列出的未知。`,
        ),
        words(
          "Entries whose timeout has run out are counted until they are cleared away; else paste the list whole.",
          "已超时的项在清除之前仍计入；否则请粘贴完整的列表。",
        ),
      );
    if (!members && !missing)
      say(
        "headers-only",
        "info",
        set.at,
        words(`The members of set ${set.name} are not shown.`, `集合 ${set.name} 的成员没有列出。`),
        words(
          `Paste what ipset save ${shellWord(set.name)} prints.`,
          `粘贴 ipset save ${shellWord(set.name)} 的输出。`,
        ),
      );
    // the text ends before what its family is
    if (!members && !header) return;
    sets.push({
      ...set,
      entries: places.entries(lines, set.type === "list:set"),
      whole: members && !short && !missing && !damaged,
    });
    entries += found;
    open = undefined;
  };
  for (let i = 0; i < lines.length; i++) {
    if ((i & 2047) === 2047) yield i / lines.length;
    const text = lines.text(i).trimEnd();
    if (text === "") continue;
    if (xml.test(text)) {
      if (!inXml)
        say(
          "xml",
          "warning",
          lines.span(i),
          words("The XML of ipset list is not read.", "不读取 ipset list 的 XML 输出。"),
          words("Paste what ipset save prints.", "粘贴 ipset save 的输出。"),
        );
      inXml = !text.includes("</ipsets>");
      strange = true;
      continue;
    }
    if (inXml) continue;
    const called = name.exec(text)?.[1];
    if (called !== undefined) {
      close();
      const set: IpSet = {
        name: called,
        type: "",
        family: 4,
        options: "",
        entries: [],
        whole: false,
        at: lines.span(i),
      };
      open = {
        set,
        test: elementTest(set),
        places: newPlaces(),
        members: false,
        header: false,
        references: false,
        damaged: false,
      };
      continue;
    }
    if (!open) {
      if (namesOnly) continue;
      strange = true;
      say(
        "set-not-named",
        "warning",
        lines.span(i),
        words("No Name: line stands above this line of ipset list.", "ipset list 的这一行上方没有 Name: 行。"),
        words("Paste all of ipset save.", "粘贴完整的 ipset save 输出。"),
      );
      continue;
    }
    const kind = type.exec(text)?.[1];
    if (text === "Members:") {
      open.members = true;
      open.test = elementTest(open.set);
    } else if (kind !== undefined) open.set = { ...open.set, type: kind };
    else if (header.test(text)) {
      if (text.startsWith("References:")) open.references = true;
      if (text.startsWith("Header:")) {
        open.header = true;
        const options = text.slice("Header:".length).trim();
        open.set = { ...open.set, options, family: /family inet6/.test(options) ? 6 : 4 };
      }
      const n = /^Number of entries: (\d+)/.exec(text)?.[1];
      if (n !== undefined) open.expected = Number(n);
    } else if (open.members) addMember(text, i, open);
  }
  close();
  function addMember(text: string, i: number, { set, test, places }: Draft): void {
    const { text: element, extensions } = splitEntry(text, set.type === "list:set");
    places.push(i, 0);
    const unknown = strangeExtension(extensions);
    if (unknown !== undefined) {
      const from = text.indexOf(unknown, element.length);
      say(
        "unknown-word",
        "warning",
        lines.span(i, from, from + unknown.length),
        words(`ipset 7 has no entry option ${unknown}; it is kept.`, `ipset 7 没有集合项选项 ${unknown}，予以保留。`),
      );
    }
    if (test(element) === "one" || !open) return;
    open.damaged = true;
    say(
      "bad-element",
      "error",
      lines.span(i, 0, element.length),
      words(`${element} is no element of a set of type ${set.type}.`, `${element} 不是 ${set.type} 类型集合的元素。`),
      words("Print without -r, which turns addresses into names.", "不要使用 -r，它会把地址变成名字。"),
    );
  }
  const good = sets.filter((s) => s.type !== "");
  return {
    value: {
      contributions: [{ kind: "sets", sets: good }],
      coverage:
        missing || strange || endsWithin || good.length === 0 || namesOneSet(command?.words) ? "partial" : "whole",
      counts: [counted(good.length, "set", "sets", "个集合"), counted(entries, "entry", "entries", "个集合项")],
    },
    diagnostics,
  };
}
