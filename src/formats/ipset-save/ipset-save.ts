import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import { type Words, words } from "../../base/words.ts";
import type { IpSet, SetEntry } from "../../model/ipset/set.ts";
import type { Format } from "../format.ts";
import { fitsType, namesOneSet } from "./element.ts";

/**
 * `ipset save` (ipset 6 and 7, lib/session.c): a create line, then its entries. Names may hold blanks.
 *   create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x2458572a
 *   add KUBE-CLUSTER-IP 10.0.0.1,tcp:443
 *   add nets 198.51.100.0/24 timeout 0 nomatch packets 0 bytes 0 comment "it's"
 */
const create = /^\s*create (\S.*?) ((?:bitmap|hash|list):\S+)(?: (.*))?$/;
const add = /^\s*add (\S+) (\S+)(?: (.*))?$/;

interface Draft {
  readonly set: IpSet;
  readonly entries: SetEntry[];
  damaged: boolean;
}

export const ipsetSave: Format = {
  id: "ipset-save",
  title: words("ipset save", "ipset save"),
  sniff: (line, inside) => (create.test(line) ? "strong" : add.test(line) ? (inside ? "strong" : "weak") : undefined),
  printedBy: (command) => command[0] === "ipset" && command.includes("save"),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const drafts = new Map<string, Draft>();
    const missing = cut || (command?.filtered ?? false);
    let entries = 0;
    let strange = false;
    const say = (
      code: Defect<"ipset-save">,
      severity: "warning" | "error",
      i: number,
      message: Words,
      advice?: Words,
    ): void => {
      diagnostics.push({ code: `ipset-save/${code}`, severity, at: lines.span(i), message, ...(advice && { advice }) });
    };
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i).trimEnd();
      if (text === "") continue;
      const made = create.exec(text);
      if (made) {
        const [, name = "", type = "", options = ""] = made;
        const list: SetEntry[] = [];
        const family = /\bfamily inet6\b/.test(options) ? 6 : 4;
        const set = { name, type, family, options, entries: list, whole: !missing, at: lines.span(i) } as const;
        drafts.set(name, { set, entries: list, damaged: false });
        continue;
      }
      const added = add.exec(text);
      const [, name = "", element = "", extensions = ""] = added ?? [];
      const draft = drafts.get(name);
      if (added && draft) {
        entries++;
        const nomatch = /(?:^| )nomatch(?: |$)/.test(extensions.replace(/"[^"]*"?/g, ""));
        draft.entries.push({ text: element, nomatch, extensions, at: lines.span(i) });
        if (fitsType(draft.set, element)) continue;
        draft.damaged = true;
        const from = text.indexOf(element, text.indexOf(name) + name.length);
        diagnostics.push({
          code: "ipset-save/bad-element",
          severity: "error",
          at: lines.span(i, from, from + element.length),
          message: words(
            `${element} is no element of a set of type ${draft.set.type}.`,
            `${element} 不是 ${draft.set.type} 类型集合的元素。`,
          ),
        });
        continue;
      }
      const spaced = added ? withBlanks(text, drafts) : undefined;
      if (spaced) {
        entries++;
        const [found = "", ...more] = spaced.rest.split(" ");
        spaced.draft.entries.push({
          text: found,
          nomatch: more.includes("nomatch"),
          extensions: more.join(" "),
          at: lines.span(i),
        });
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
    }
    const list = [...drafts.values()].map(({ set, damaged }) => (damaged ? { ...set, whole: false } : set));
    const whole = !missing && !strange && !namesOneSet(command?.words);
    return {
      value: {
        contributions: [{ kind: "sets", sets: list }],
        coverage: whole ? "whole" : "partial",
        counts: [
          { n: list.length, of: words("sets", "个集合") },
          { n: entries, of: words("entries", "个集合项") },
        ],
      },
      diagnostics,
    };
  },
};

/** `add has space 192.0.2.1`: the longest name of a set that the line begins with. */
function withBlanks(text: string, drafts: ReadonlyMap<string, Draft>): { draft: Draft; rest: string } | undefined {
  const line = text.trimStart().slice("add ".length);
  for (let at = line.lastIndexOf(" "); at > 0; at = line.lastIndexOf(" ", at - 1)) {
    const draft = drafts.get(line.slice(0, at));
    if (draft) return { draft, rest: line.slice(at + 1) };
  }
  return undefined;
}
