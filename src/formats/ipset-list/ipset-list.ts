import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import type { IpSet, SetEntry } from "../../model/ipset/set.ts";
import type { Format } from "../format.ts";
import { fitsType, namesOneSet } from "../ipset-save/element.ts";

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
 */
const name = /^Name: (.+)$/;
const type = /^Type: ((?:bitmap|hash|list):\S+)\s*$/;
const header = /^(?:Revision|Header|Size in memory|References|Number of entries): ?(.*)$/;
const member =
  /^[A-Za-z0-9_./:,[\]-]+(?: (?:timeout \d+|nomatch|packets \d+|bytes \d+|skbmark \S+|skbprio \S+|skbqueue \d+|comment "[^"]*"))*\s*$/;

export const ipsetList: Format = {
  id: "ipset-list",
  title: words("ipset list", "ipset list"),
  sniff(line, inside) {
    if (type.test(line) || line.trimEnd() === "Members:") return "strong";
    if (name.test(line)) return inside ? "strong" : /^Name: \S+\s*$/.test(line) ? "weak" : undefined;
    if (header.test(line)) return inside || line.startsWith("Size in memory: ") ? "strong" : "weak";
    return inside && member.test(line) ? "weak" : undefined;
  },
  printedBy: (command) => command[0] === "ipset" && command.some((w) => w === "list" || w === "-L"),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const sets: IpSet[] = [];
    // `ipset list -n`: names of sets, nothing else
    const namesOnly = command?.words.some((w) => w === "-n" || w === "-name" || w === "--name") ?? false;
    const missing = cut || (command?.filtered ?? false);
    let open: { set: IpSet; entries: SetEntry[]; members: boolean; damaged: boolean; expected?: number } | undefined;
    let entries = 0;
    let strange = false;
    const close = (): void => {
      if (!open) return;
      const short = open.expected !== undefined && open.expected > open.entries.length;
      sets.push({ ...open.set, whole: open.members && !short && !missing && !open.damaged });
      entries += open.entries.length;
      open = undefined;
    };
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i).trimEnd();
      if (text === "") continue;
      const called = name.exec(text)?.[1];
      if (called !== undefined) {
        close();
        const list: SetEntry[] = [];
        const set: IpSet = {
          name: called,
          type: "",
          family: 4,
          options: "",
          entries: list,
          whole: false,
          at: lines.span(i),
        };
        open = { set, entries: list, members: false, damaged: false };
        continue;
      }
      if (!open) {
        if (namesOnly) continue;
        strange = true;
        diagnostics.push({
          code: "ipset-list/set-not-named",
          severity: "warning",
          at: lines.span(i),
          message: words(
            "No Name: line stands above this line of ipset list.",
            "ipset list 的这一行上方没有 Name: 行。",
          ),
          advice: words("Paste all of ipset save.", "粘贴完整的 ipset save 输出。"),
        });
        continue;
      }
      const kind = type.exec(text)?.[1];
      if (kind !== undefined) open.set = { ...open.set, type: kind };
      else if (text === "Members:") open.members = true;
      else if (header.test(text)) {
        if (text.startsWith("Header:")) {
          const options = text.slice("Header:".length).trim();
          open.set = { ...open.set, options, family: /family inet6/.test(options) ? 6 : 4 };
        }
        const n = /^Number of entries: (\d+)/.exec(text)?.[1];
        if (n !== undefined) open.expected = Number(n);
      } else if (open.members) {
        const cutAt = text.indexOf(" ");
        const element = cutAt === -1 ? text : text.slice(0, cutAt);
        const extensions = cutAt === -1 ? "" : text.slice(cutAt + 1);
        open.entries.push({
          text: element,
          nomatch: /(?:^| )nomatch\b/.test(extensions),
          extensions,
          at: lines.span(i),
        });
        if (fitsType(open.set, element)) continue;
        open.damaged = true;
        diagnostics.push({
          code: "ipset-list/bad-element",
          severity: "error",
          at: lines.span(i, 0, element.length),
          message: words(
            `${element} is no element of a set of type ${open.set.type}.`,
            `${element} 不是 ${open.set.type} 类型集合的元素。`,
          ),
        });
      }
    }
    close();
    const good = sets.filter((s) => s.type !== "");
    return {
      value: {
        contributions: [{ kind: "sets", sets: good }],
        coverage: missing || strange || good.length === 0 || namesOneSet(command?.words) ? "partial" : "whole",
        counts: [
          { n: good.length, of: words("sets", "个集合") },
          { n: entries, of: words("entries", "个集合项") },
        ],
      },
      diagnostics,
    };
  },
};
