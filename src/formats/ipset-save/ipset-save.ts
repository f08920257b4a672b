import type { Diagnostic, Parsed, Severity } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import { type Steps, toEnd } from "../../base/steps.ts";
import { type Words, words } from "../../base/words.ts";
import type { IpSet } from "../../model/ipset/set.ts";
import { counted } from "../counted.ts";
import type { Format, Segment, SegmentReading } from "../format.ts";
import { type ElementTest, elementTest, namesOneSet } from "./element.ts";
import { newPlaces, type Places, splitEntry, strangeExtension, strangeOption } from "./set-lines.ts";

/**
 * `ipset save` (ipset 6 and 7, lib/session.c): a create line, then its entries. Names may hold blanks.
 *   create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x2458572a
 *   add KUBE-CLUSTER-IP 10.0.0.1,tcp:443
 *   add nets 198.51.100.0/24 timeout 0 nomatch packets 0 bytes 0 comment "it's"
 * What `ipset restore` and a shell take looks alike; it says what was done, not what is there:
 *   create S hash:ip -exist                 ipset add S 198.51.100.0/30            ipset -exist -A S 192.0.2.1-192.0.2.9
 *   del S 192.0.2.1      flush S      swap S T      rename S T      destroy S
 * ipset 4 wrote -N and -A, and types without a colon; what `ipset test` says is recognised:
 *   -N S iphash --hashsize 1024 --probes 8 --resize 50              -A S 192.0.2.1
 *   Warning: 192.0.2.1 is in set S.
 */
const shell =
  /^\s*(?:[^"]{0,200}[#$%>~❯] +)?((?:sudo (?:-\S+ )*)?(?:\/\S*\/)?ipset (?:-(?:!|exist|q|quiet|-exist|-quiet) +)*)/;
/** Verbs of a line that is no shell's: nothing stands before them. */
const bare = /^\s*(?:create|add|-N|-A|del|flush|destroy|swap|rename) /;
/** What stands before the verb of a line, and whether a shell was told. */
const before = (line: string): readonly [prefix: string, typed: string | undefined] => {
  const found = bare.test(line) || !line.includes("ipset ") ? null : shell.exec(line);
  return found ? [found[0], found[1]] : [/^\s*/.exec(line)?.[0] ?? "", undefined];
};
const create = /^(?:create|-N) (\S.*?) ((?:bitmap|hash|list):\S+)(?: (.*))?$/;
const add = /^(?:add|-A) (\S+) (\S+)(?: (.*))?$/;
const oldType = "ip(?:map|hash|porthash|portiphash|portnethash|tree|treemap)|macipmap|portmap|nethash|setlist";
const oldCreate = new RegExp(`^-N (\\S+) (${oldType})(?: (.*))?$`);
const oldAdd = /^-A [^\s-]\S* (?:[\d.]+|[\da-fA-F]*:[\da-fA-F:.]*|\d[\d.]*[:,/%]\S+)$/;
const other =
  /^(?:(?:del|-D) (\S+) (\S+)|(?:flush|-F|destroy|-X)(?: (\S+))?|(?:swap|-W|rename|-E) (\S+) (\S+))\s*(?:--?exist)?$/;
const tested = /^(?:Warning: )?\S.* is (?:NOT )?in set \S.*\.$/;

interface Draft {
  set: IpSet;
  readonly places: Places;
  readonly test: ElementTest;
  damaged: boolean;
}

export const ipsetSave: Format = {
  id: "ipset-save",
  title: words("ipset save", "ipset save"),
  sniff(line, inside) {
    const [prefix, typed] = before(line);
    const text = line.slice(prefix.length).trimEnd();
    if (text.startsWith("create ") || text.startsWith("-N "))
      return create.test(text) || oldCreate.test(text) ? "strong" : undefined;
    if (text.startsWith("add ")) return add.test(text) ? (inside || typed ? "strong" : "weak") : undefined;
    if (text.startsWith("-A ")) return oldAdd.test(text) || (typed && add.test(text)) ? "strong" : undefined;
    if (typed) return other.test(text) ? "strong" : undefined;
    if (tested.test(text)) return "strong";
    return inside && (text === "COMMIT" || (!text.startsWith("-") && other.test(text))) ? "weak" : undefined;
  },
  typed: (command) => {
    const [prefix, told] = before(command);
    const text = command.slice(prefix.length).trimEnd();
    return told !== undefined && (create.test(text) || oldCreate.test(text) || add.test(text) || other.test(text));
  },
  printedBy: (command) => command[0] === "ipset" && command.some((w) => /^(?:save|-S|restore|test|-T)$/.test(w)),
  printedNothing: (command) => (command.length === 2 && command[1] === "save" ? [{ kind: "sets", sets: [] }] : []),
  parse: (segment) => toEnd(parseSteps(segment)),
  parseSteps,
};

function* parseSteps({ lines, command, cut }: Segment): Steps<Parsed<SegmentReading>> {
  const diagnostics: Diagnostic[] = [];
  const drafts = new Map<string, Draft>();
  const missing = cut || (command?.filtered ?? false);
  let entries = 0;
  let strange = false;
  let commands = false;
  let spaced = false;
  const say = (
    code: Defect<"ipset-save">,
    severity: Severity,
    i: number,
    message: Words,
    advice?: Words,
    part?: readonly [number, number],
  ): void => {
    const at = lines.span(i, ...(part ?? []));
    diagnostics.push({ code: `ipset-save/${code}`, severity, at, message, ...(advice && { advice }) });
  };
  /** Said once: from here on the lines say what was done. */
  const isCommand = (i: number): void => {
    if (!commands)
      say(
        "commands",
        "info",
        i,
        words(
          "These lines are commands for ipset: what else the sets hold is unknown.",
          "这些是 ipset 的命令，不是导出：集合中还有什么未知。",
        ),
        words("Paste what ipset save prints.", "粘贴 ipset save 的输出。"),
      );
    commands = true;
  };
  const put = (i: number, line: string, draft: Draft, column: number): void => {
    entries++;
    draft.places.push(i, column);
    const { set } = draft;
    const { text, extensions } = splitEntry(line.slice(column), set.type === "list:set");
    if (/(?:^| )--?exist$/.test(extensions)) isCommand(i);
    const unknown = strangeExtension(extensions);
    if (unknown !== undefined) {
      const from = line.indexOf(unknown, column + text.length);
      say(
        "unknown-word",
        "warning",
        i,
        words(`ipset 7 has no entry option ${unknown}; it is kept.`, `ipset 7 没有集合项选项 ${unknown}，予以保留。`),
        undefined,
        [from, from + unknown.length],
      );
    }
    const fit = draft.test(text);
    if (fit === "many") isCommand(i);
    if (fit !== "none") return;
    draft.damaged = true;
    say(
      "bad-element",
      "error",
      i,
      words(`${text} is no element of a set of type ${set.type}.`, `${text} 不是 ${set.type} 类型集合的元素。`),
      undefined,
      [column, column + text.length],
    );
  };
  for (let i = 0; i < lines.length; i++) {
    if ((i & 2047) === 2047) yield i / lines.length;
    const line = lines.text(i).trimEnd();
    if (line === "") continue;
    const [prefix, typed] = before(line);
    const text = prefix === "" ? line : line.slice(prefix.length);
    if (typed) isCommand(i);
    const added = text.startsWith("add ") || text.startsWith("-A ") ? add.exec(text) : null;
    if (added) {
      const [, name = ""] = added;
      const draft = (spaced ? longestName(text, drafts) : undefined) ?? drafts.get(name);
      if (draft) {
        put(i, line, draft, prefix.length + text.indexOf(" ") + draft.set.name.length + 2);
        continue;
      }
      strange = true;
      say(
        "set-not-created",
        "warning",
        i,
        words(`Set ${name} has an entry but no create line.`, `集合 ${name} 有集合项，却没有 create 行。`),
        words("Paste all of ipset save.", "请粘贴完整的 ipset save 输出。"),
      );
      continue;
    }
    const made = create.exec(text) ?? oldCreate.exec(text);
    if (made) {
      const [, name = "", type = "", given = ""] = made;
      const options = given.replace(/(?:^| )--?exist\b/, "");
      if (options !== given) isCommand(i);
      const family = /\bfamily inet6\b/.test(options) ? 6 : 4;
      const set: IpSet = { name, type, family, options, entries: [], whole: true, at: lines.span(i) };
      drafts.set(name, { set, places: newPlaces(), test: elementTest(set), damaged: false });
      spaced ||= name.includes(" ");
      if (!type.includes(":"))
        say(
          "old-ipset",
          "warning",
          i,
          words(
            `${type} is a set type of ipset 4: whether a packet is in set ${name} stays unknown.`,
            `${type} 是 ipset 4 的集合类型：报文是否在集合 ${name} 中未知。`,
          ),
        );
      else {
        const unknown = strangeOption(options);
        const from = unknown === undefined ? 0 : line.lastIndexOf(unknown);
        if (unknown !== undefined)
          say(
            "unknown-word",
            "warning",
            i,
            words(`ipset 7 has no set option ${unknown}; it is kept.`, `ipset 7 没有集合选项 ${unknown}，予以保留。`),
            undefined,
            [from, from + unknown.length],
          );
      }
      continue;
    }
    const done = other.exec(text);
    if (done) {
      isCommand(i);
      undo(done, drafts, lines);
    } else if (tested.test(text))
      say(
        "tested",
        "info",
        i,
        words("What ipset test says of one element is not used.", "ipset test 对单个元素的回答未使用。"),
        words("Paste what ipset save prints.", "粘贴 ipset save 的输出。"),
      );
  }
  const sets = Array.from(
    drafts.values(),
    ({ set, places, damaged }): IpSet => ({
      ...set,
      entries: places.entries(lines, set.type === "list:set"),
      whole: !missing && !commands && !damaged,
    }),
  );
  const whole = !missing && !strange && !commands && sets.length > 0 && !namesOneSet(command?.words);
  return {
    value: {
      contributions: [{ kind: "sets", sets }],
      coverage: whole ? "whole" : "partial",
      counts: [counted(sets.length, "set", "sets", "个集合"), counted(entries, "entry", "entries", "个集合项")],
    },
    diagnostics,
  };
}

/** IPSET_MAXNAMELEN of linux/netfilter/ipset/ip_set.h, without its NUL. */
const longestSetName = 31;

/** `add has space 192.0.2.1`: the longest name of a set that the line goes on with. */
function longestName(text: string, drafts: ReadonlyMap<string, Draft>): Draft | undefined {
  const rest = text.slice(text.indexOf(" ") + 1);
  for (let at = rest.lastIndexOf(" ", longestSetName); at > 0; at = rest.lastIndexOf(" ", at - 1)) {
    const draft = drafts.get(rest.slice(0, at));
    if (draft) return draft;
  }
  return undefined;
}

/** What `del`, `flush`, `destroy`, `swap` and `rename` leave of the sets seen so far. */
function undo(
  [text, from, element, whole, a, b]: RegExpExecArray,
  drafts: Map<string, Draft>,
  lines: Parameters<Places["remove"]>[1],
): void {
  if (from !== undefined && element !== undefined) drafts.get(from)?.places.remove(element, lines);
  else if (a !== undefined && b !== undefined) {
    const [first, second] = [drafts.get(a), drafts.get(b)];
    drafts.delete(a);
    drafts.delete(b);
    if (first) drafts.set(b, { ...first, set: { ...first.set, name: b } });
    if (second) drafts.set(a, { ...second, set: { ...second.set, name: a } });
  } else if (/^(?:flush|-F)/.test(text)) {
    for (const [name, draft] of drafts) if (whole === undefined || whole === name) draft.places.clear();
  } else if (whole === undefined) drafts.clear();
  else drafts.delete(whole);
}
