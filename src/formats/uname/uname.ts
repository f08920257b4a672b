import { words } from "../../base/words.ts";
import type { Contribution, Format } from "../format.ts";

/**
 * `uname -a`: `Linux n1 6.1.0-56-cloud-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.99-1 (2026-01-01) x86_64 GNU/Linux`;
 * `uname -r` below a prompt that shows the command: `6.1.0-56-cloud-amd64`; `/proc/version`.
 */
const all = /^Linux (?:version|\S+) (\d+\.\d+\S*) (?:#|\()/;
const release = /^\d+\.\d+(?:\.\d+)?(?:[-+.~_][\w.+~-]*)?$/;

export const uname: Format = {
  id: "uname",
  title: words("uname", "uname"),
  sniff: (line, inside) => (all.test(line) ? "strong" : inside && release.test(line.trim()) ? "weak" : undefined),
  printedBy: (command) => command[0] === "uname",
  parse({ lines }) {
    const contributions: Contribution[] = [];
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      const found = all.exec(text)?.[1] ?? (release.test(text.trim()) ? text.trim() : undefined);
      if (found === undefined) continue;
      const from = text.indexOf(found);
      contributions.push({ kind: "kernel", release: found, at: lines.span(i, from, from + found.length) });
    }
    return { value: { contributions, coverage: "whole", counts: [] }, diagnostics: [] };
  },
};
