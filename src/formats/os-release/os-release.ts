import { words } from "../../base/words.ts";
import type { Contribution, Format } from "../format.ts";

/** /etc/os-release (os-release(5)): `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"`; also `cat /etc/*release`. */
const telling =
  /^(?:PRETTY_NAME|VERSION_ID|VERSION_CODENAME|ID_LIKE|CPE_NAME|BUG_REPORT_URL|HOME_URL|SUPPORT_URL|ANSI_COLOR|DISTRIB_\w+)=/;
const any = /^[A-Z][A-Z0-9_]*=(?:"[^"]*"|'[^']*'|[^\s"']*)\s*$/;

export const osRelease: Format = {
  id: "os-release",
  title: words("os-release", "os-release"),
  sniff: (line, inside) =>
    telling.test(line)
      ? "strong"
      : /^(?:NAME|ID|VERSION)=["\w]/.test(line) || (inside && any.test(line))
        ? "weak"
        : undefined,
  printedBy: (command) => command.some((w) => /(?:os|lsb|redhat|centos|system|\*)-?release$/.test(w)),
  parse({ lines, cut }) {
    const contributions: Contribution[] = [];
    for (let i = 0; i < lines.length; i++) {
      const name = /^PRETTY_NAME=["']?(.*?)["']?\s*$/.exec(lines.text(i))?.[1];
      if (name) contributions.push({ kind: "system", facts: { os: { name, at: lines.span(i) } } });
    }
    return {
      value: {
        contributions: contributions.length > 0 ? contributions : [{ kind: "nothing" }],
        coverage: cut ? "partial" : "whole",
        counts: [],
      },
      diagnostics: [],
    };
  },
};
