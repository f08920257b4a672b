import type { Family } from "../../net/ip.ts";

/** One line of a `*.cases.txt` file. */
export type Case = {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** Match or target the line is about. */
  readonly name: string;
  readonly family: Family;
  readonly options: string;
} & (
  | { readonly kind: "spelling"; readonly canonical: string; readonly expected: string }
  | { readonly kind: "behaviour"; readonly packet: string; readonly expected: string }
);

const answers = new Set(["yes", "no", "unknown"]);

/**
 * Lines of a case file. `== NAME` or `== NAME 6` (IPv6) says which match or target the following lines are about; without it, that is the
 * file's own name. `(none)` stands for no options, `=` for "printed as written".
 *   accepted spelling ; canonical spelling ; ok | code@column (1-based, within the options)
 *   options ; packet ; yes | no | unknown          (a target: options ; effect)
 */
export function readCases(file: string, text: string): readonly Case[] {
  const cases: Case[] = [];
  let name = file.replace(/^.*\//, "").replace(/\.cases\.txt$/, "");
  let family: Family = 4;
  for (const [i, raw] of text.split("\n").entries()) {
    if (raw.trim() === "" || raw.startsWith("#")) continue;
    const section = /^== (\S+)(?: (6))?$/.exec(raw);
    if (section) {
      name = section[1] ?? name;
      family = section[2] ? 6 : 4;
      continue;
    }
    const [first = "", second = "", expected] = raw.split(/\s;(?=\s|$)/).map((part) => part.trim());
    const options = first === "(none)" ? "" : first;
    const place = { file, line: i + 1, name, family, options };
    if (expected === undefined) cases.push({ ...place, kind: "behaviour", packet: "", expected: second });
    else if (answers.has(expected)) cases.push({ ...place, kind: "behaviour", packet: second, expected });
    else
      cases.push({
        ...place,
        kind: "spelling",
        canonical: second === "(none)" ? "" : second === "=" ? options : second,
        expected,
      });
  }
  return cases;
}
