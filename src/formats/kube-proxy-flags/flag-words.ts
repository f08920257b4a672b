import type { Span } from "../../base/span.ts";

/** A word of a command line and where it stands. */
export interface FlagWord {
  readonly text: string;
  readonly at: Span;
}
/** One flag; underscores of its name are dashes. `value` is `true` for a flag without one. */
export interface Flag {
  readonly name: string;
  readonly value: string;
  readonly at: Span;
}

/** `$(ARGS)`, `$ARGS`, `${ARGS}`, `"$@"`: any number of flags. `--name=$(NODE_NAME)` hides none. */
export const isVariable = (word: string): boolean => /^["']?\$[({\w@*]/.test(word);

/** Flags that take no value in the next word. */
const switches: ReadonlySet<string> = new Set([
  "masquerade-all",
  "ipvs-strict-arp",
  "cleanup",
  "cleanup-ipvs",
  "cleanup-iptables",
  "profiling",
  "version",
  "help",
  "alsologtostderr",
  "logtostderr",
  "bind-address-hard-fail",
  "one-output",
  "skip-headers",
  "skip-log-headers",
  "add-dir-header",
  "init-only",
  "conntrack-tcp-be-liberal",
  "iptables-localhost-nodeports",
  "allocate-node-cidrs",
  "leader-elect",
  "use-service-account-credentials",
]);

/** `--name=value`, `--name value`, `-v=2`, `--switch`; what is neither flag nor value goes to `stray`. */
export function flagsIn(words: Iterable<FlagWord>, stray?: (word: FlagWord) => void): Flag[] {
  const flags: Flag[] = [];
  let pending: { readonly name: string; readonly at: Span } | undefined;
  const flush = (): void => {
    if (pending) flags.push({ ...pending, value: "true" });
    pending = undefined;
  };
  for (const { text, at } of words) {
    const [, name, equals, value = ""] = /^--?([a-zA-Z][\w-]*)(=?)(.*)$/s.exec(text) ?? [];
    const single = !text.startsWith("--");
    if (name !== undefined && (!single || name === "v" || name === "vmodule")) {
      flush();
      const key = name.replaceAll("_", "-");
      if (equals === "=") flags.push({ name: key, value: unquote(value), at });
      else if (switches.has(key)) flags.push({ name: key, value: "true", at });
      else pending = { name: key, at };
    } else if (pending && text !== "") {
      // a name that both know, on one line or on two
      flags.push({ name: pending.name, value: unquote(text), at: joined(pending.at, at) });
      pending = undefined;
    } else if (flags.length > 0) stray?.({ text, at });
  }
  flush();
  return flags;
}

const joined = (a: Span, b: Span): Span => (a.source === b.source && b.to > a.from ? { ...a, to: b.to } : a);
const unquote = (text: string): string => text.replace(/^(["'])(.*)\1$/s, "$2").replace(/["']$/, "");
