import { protocolMatch } from "./matches/index.ts";
import type { RuleHeader } from "./rule.ts";
import { matchModule, newPart, type OptionModule, type Part, targetModule } from "./rule-part.ts";
import type { RuleWord } from "./split-words.ts";
import { isVerdict } from "./targets/index.ts";

/** Whose option it is. Without `part` it belongs to a match or target named later in the rule. */
export interface Owner {
  readonly part?: Part;
  readonly name: string;
  readonly module: OptionModule;
  /** Full name, where an abbreviation was written. */
  readonly option: string;
}

/**
 * Finds the match or target an option belongs to. iptables has one list of options, to which each `-m` and `-j` adds its own in front,
 * so what was named last is asked first. kube-proxy writes `-p tcp -m comment --comment "…" -m tcp --dport 80` and
 * people write options before their `-m`; therefore what is named later is asked, too.
 */
export function ownerOf(
  option: string,
  parts: readonly Part[],
  header: RuleHeader,
  words: readonly RuleWord[],
  next: number,
  implied: () => Part["at"],
): Owner | undefined {
  const exact = parts.findLast((part) => part.module && Object.hasOwn(part.module.options, option));
  if (exact?.module) return { part: exact, name: exact.name, module: exact.module, option };
  return impliedBy(option, parts, header, implied) ?? namedLater(option, words, next) ?? abbreviated(option, parts);
}

/** The match that `-p tcp` brings along where `-m tcp` is not written. */
function impliedBy(
  option: string,
  parts: readonly Part[],
  header: RuleHeader,
  at: () => Part["at"],
): Owner | undefined {
  const module = header.proto && !header.proto.negated ? protocolMatch(header.proto.is) : undefined;
  if (!module || !Object.hasOwn(module.options, option) || parts.some((part) => part.module === module))
    return undefined;
  return { part: newPart("match", module.name, module, at()), name: module.name, module, option };
}

function namedLater(option: string, words: readonly RuleWord[], next: number): Owner | undefined {
  for (let i = next + 1; i + 1 < words.length; i++) {
    const flag = words[i]?.text;
    const name = words[i + 1]?.text ?? "";
    const module = flag === "-m" ? matchModule(name) : flag === "-j" ? targetModule(name, isVerdict(name)) : undefined;
    if (module && Object.hasOwn(module.options, option)) return { name, module, option };
  }
  return undefined;
}

/** `--to` for `--to-destination`: the beginning of exactly one option, as getopt_long allows. */
function abbreviated(written: string, parts: readonly Part[]): Owner | undefined {
  if (!/^--[a-z]/.test(written)) return undefined;
  const found = new Map<string, Owner>();
  for (const part of parts) {
    const { module, name } = part;
    if (!module) continue;
    for (const option of Object.keys(module.options))
      if (option.startsWith(written)) found.set(option, { part, name, module, option });
  }
  return found.size === 1 ? [...found.values()][0] : undefined;
}
