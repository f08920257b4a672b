import type { Change, ChangeCommand } from "./changes.ts";

/** A line by its shape alone; a blank in front is allowed. */
export type LineKind =
  | { readonly kind: "blank" | "comment" | "commit" }
  | { readonly kind: "table"; readonly name: string }
  | { readonly kind: "chain"; readonly name: string; readonly policy: string }
  | { readonly kind: "policy"; readonly name: string; readonly policy: string }
  | { readonly kind: "new"; readonly name: string }
  | { readonly kind: "rule"; readonly chain: string }
  | ({ readonly kind: "change" } & Omit<Change, "line">)
  | { readonly kind: "other" };

/** `*nat` alone; `:*nat - [0:0]` is a chain. */
const table = /^\s*\*(\S+)\s*$/;
/** `:KUBE-SVC-X - [0:0]`, `:INPUT ACCEPT [82:6139]`; hand-made files leave the counters out. */
const chain = /^\s*:(\S+)\s+(\S+)(?:\s+\[\d+:\d+\])?\s*$/;
/** `-P FORWARD DROP -c 12 345`. */
const policy = /^\s*(?:-P|--policy)\s+(\S+)\s+([A-Z]+)(?:\s+-c\s+\d+\s+\d+)?\s*$/;
const fresh = /^\s*(?:-N|--new-chain)\s+(\S+)\s*$/;
/** `[12:3456] -A INPUT …`. A second word that begins with `-` is ipvsadm's. */
const rule = /^\s*(?:\[\d+:\d+\]\s+)?(?:-A|--append)\s+([^\s-]\S*)(?:\s|$)/;
/** Input of iptables-restore that changes rules: `-I FORWARD 3 …`, `-D INPUT 1`, `-F`, `-E OLD NEW`. */
const change =
  /^\s*(?:\[\d+:\d+\]\s+)?(-[IDRFXZEC]|--(?:insert|delete|replace|flush|delete-chain|zero|rename-chain|check))(?:\s+([^\s-]\S*)(?:\s+(\d+)(?=\s|$)|\s+([^\s-]\S*)\s*$)?)?(?:\s|$)/;
const shortNames: Readonly<Record<string, ChangeCommand>> = {
  "--insert": "-I",
  "--delete": "-D",
  "--replace": "-R",
  "--flush": "-F",
  "--delete-chain": "-X",
  "--zero": "-Z",
  "--rename-chain": "-E",
  "--check": "-C",
};

/** `-A CHAIN ` at the very front, which is nearly every line of a large dump. */
function plainRule(text: string): LineKind | undefined {
  const end = text.indexOf(" ", 3);
  const first = text.charCodeAt(3);
  if (end === -1 || first === 0x2d || first <= 0x20 || text.lastIndexOf("\t", end) !== -1) return undefined;
  return { kind: "rule", chain: text.slice(3, end) };
}

export function lineKind(text: string): LineKind {
  const plain = text.startsWith("-A ") ? plainRule(text) : undefined;
  if (plain) return plain;
  let at = 0;
  while (text.charCodeAt(at) <= 32) at++;
  switch (text[at]) {
    case undefined:
      return { kind: "blank" };
    case "#":
      return { kind: "comment" };
    case "*": {
      const name = table.exec(text)?.[1];
      return name === undefined ? { kind: "other" } : { kind: "table", name };
    }
    case ":": {
      const parts = chain.exec(text);
      return parts ? { kind: "chain", name: parts[1] ?? "", policy: parts[2] ?? "" } : { kind: "other" };
    }
    case "C":
      return /^\s*COMMIT\s*$/.test(text) ? { kind: "commit" } : { kind: "other" };
    case "-":
    case "[":
      return optionLine(text);
    default:
      return { kind: "other" };
  }
}

function optionLine(text: string): LineKind {
  const appended = rule.exec(text)?.[1];
  if (appended !== undefined) return { kind: "rule", chain: appended };
  const set = policy.exec(text);
  if (set) return { kind: "policy", name: set[1] ?? "", policy: set[2] ?? "" };
  const made = fresh.exec(text)?.[1];
  if (made !== undefined) return { kind: "new", name: made };
  const changed = change.exec(text);
  if (!changed) return { kind: "other" };
  const [, name = "", chain, number, to] = changed;
  const command = shortNames[name] ?? (name as ChangeCommand);
  if (chain === undefined && command !== "-F" && command !== "-X" && command !== "-Z") return { kind: "other" };
  return {
    kind: "change",
    command,
    chain,
    ...(number !== undefined && { number: Number(number) }),
    ...(command === "-E" && to !== undefined && { to }),
  };
}
