import type { Span } from "../../base/span.ts";
import type { Lines } from "../format.ts";
import type { FlagWord } from "./flag-words.ts";

/** Words of kube-proxy's command line as it stands in a segment. */
export interface CommandWords {
  readonly words: readonly FlagWord[];
  /** The command itself is shown, not only some of its arguments. */
  readonly started: boolean;
  /** Variables of systemd whose value is not in the text. */
  readonly unresolved: readonly { readonly name: string; readonly at: Span }[];
  /** A word that the terminal or systemctl shortened. */
  readonly shortened?: Span;
  /** Where an environment file is named: `EnvironmentFile=-/etc/kubernetes/proxy`. */
  readonly environmentFile?: string;
  /** The last line says that the next one goes on with it. */
  readonly open: boolean;
  readonly at: Span;
}

export const startedHere =
  /(?:^|[\s/="'])(?:kube-proxy|hyperkube\s+(?:kube-)?proxy)["']?(?:[\s\0]+["']?-{1,2}[a-z]|\s*\\\s*$|\s+\$\{?[A-Z_]+)/;
/** `KUBE_PROXY_ARGS="--proxy-mode=ipvs --v=2"`, with or without export, in files that systemd or a shell reads. */
const assignment = /^\s*(?:export\s+|Environment=["']?)?([A-Z][A-Z0-9_]*)=(.*)$/;
const variable = /^["']?\$\{?([A-Z][A-Z0-9_]*)\}?["']?$/;
const environment = /^\s*EnvironmentFile=-?(\S+)/;

export function commandWords(lines: Lines): CommandWords {
  const values = assignments(lines);
  const used = new Set<string>();
  const found: FlagWord[] = [];
  const unresolved: { name: string; at: Span }[] = [];
  let shortened: Span | undefined;
  let environmentFile: string | undefined;
  let starts = 0;
  let continued = false;
  let at: Span | undefined;
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i);
    if (text.trim() === "") continue;
    environmentFile ??= environment.exec(text)?.[1];
    if (environment.test(text) || (!continued && assignment.test(text) && !startedHere.test(text))) continue;
    const begin = startedHere.exec(text);
    if (begin && ++starts > 1) break; // a second process, such as the shell around it
    continued = /\\\s*$/.test(text);
    at = at ? { ...at, to: lines.span(i).to } : lines.span(i);
    for (const word of wordsIn(lines, i, begin?.index ?? 0)) {
      const name = variable.exec(word.text)?.[1];
      const value = name === undefined ? undefined : values.get(name);
      if (word.text.includes("…")) shortened ??= word.at;
      else if (name === undefined) found.push(word);
      else if (value) {
        used.add(name);
        found.push(...value);
      } else unresolved.push({ name, at: word.at });
    }
  }
  // an environment file by itself: its variables are the arguments
  if (starts === 0) for (const value of values.values()) found.push(...value);
  const [first] = found;
  return {
    words: found,
    started: starts > 0,
    unresolved,
    open: continued,
    ...(shortened ? { shortened } : {}),
    ...(environmentFile === undefined ? {} : { environmentFile }),
    at: at ?? first?.at ?? lines.span(0),
  };
}

/** Values of variables, with `\` at line ends. */
function assignments(lines: Lines): Map<string, FlagWord[]> {
  const values = new Map<string, FlagWord[]>();
  let open: FlagWord[] | undefined;
  let before = false;
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i);
    const given = before ? null : assignment.exec(text);
    if (given && !startedHere.test(text)) {
      open = [];
      values.set(given[1] ?? "", open);
      open.push(...wordsIn(lines, i, text.length - (given[2] ?? "").length));
    } else if (before && open) open.push(...wordsIn(lines, i, 0));
    else open = undefined;
    before = /\\\s*$/.test(text);
  }
  return values;
}

/** Blank- or NUL-separated words without the quotes, brackets, commas and list marks around them. */
function wordsIn(lines: Lines, line: number, from: number): FlagWord[] {
  const text = lines.text(line);
  const found: FlagWord[] = [];
  for (const word of text.slice(from).matchAll(/[^\s\0]+/g)) {
    const bare = word[0].replace(/^["'[]+|["',\]]+$/g, "");
    if (bare === "" || bare === "\\" || bare === "-") continue;
    const start = from + word.index;
    found.push({ text: bare, at: lines.span(line, start, start + word[0].length) });
  }
  return found;
}
