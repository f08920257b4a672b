import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import type { IpSet, SetEntry } from "../../model/ipset/set.ts";
import type { Format } from "../format.ts";

/**
 * `ipset save` (ipset 6 and 7): a create line, then its entries.
 *   create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x2458572a
 *   add KUBE-CLUSTER-IP 10.0.0.1,tcp:443
 */
const create = /^create (.+?) ((?:bitmap|hash|list):\S+)(?: (.*))?$/;
const add = /^add (\S+) (\S+)(?: (.*))?$/;

export const ipsetSave: Format = {
  id: "ipset-save",
  title: words("ipset save", "ipset save"),
  sniff: (line, inside) => (create.test(line) ? "strong" : add.test(line) ? (inside ? "strong" : "weak") : undefined),
  printedBy: (command) => command[0] === "ipset" && command.includes("save"),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const sets = new Map<string, { set: IpSet; entries: SetEntry[] }>();
    let entries = 0;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i).trimEnd();
      if (text === "") continue;
      const made = create.exec(text);
      if (made) {
        const [, name = "", type = "", options = ""] = made;
        const list: SetEntry[] = [];
        const whole = !cut && !command?.filtered;
        sets.set(name, {
          set: {
            name,
            type,
            family: /family inet6/.test(options) ? 6 : 4,
            options,
            entries: list,
            whole,
            at: lines.span(i),
          },
          entries: list,
        });
        continue;
      }
      const added = add.exec(text);
      const [, name = "", element = "", extensions = ""] = added ?? [];
      const holder = sets.get(name);
      if (added && holder) {
        entries++;
        holder.entries.push({ text: element, nomatch: /\bnomatch\b/.test(extensions), extensions, at: lines.span(i) });
      } else if (added)
        diagnostics.push({
          code: "ipset-save/set-not-created",
          severity: "warning",
          at: lines.span(i),
          message: words(`Set ${name} has an entry but no create line.`, `集合 ${name} 有集合项，却没有 create 行。`),
          advice: words("Paste all of ipset save.", "请粘贴完整的 ipset save 输出。"),
        });
      else
        diagnostics.push({
          code: "ipset-save/not-understood",
          severity: "error",
          at: lines.span(i),
          message: words("This line is neither create nor add.", "该行既不是 create 也不是 add。"),
        });
    }
    const list = [...sets.values()].map((s) => s.set);
    const whole = !cut && !command?.filtered;
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
