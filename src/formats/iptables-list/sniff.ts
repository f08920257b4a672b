import { chainOf, isReflowed, layoutOf } from "./layout.ts";
import { guessLayout } from "./split-row.ts";

/** iptables-nft says so in place of a chain or table that it cannot print, or that is not there. */
const incompatible =
  /^(?:iptables|ip6tables)?\S* ?(?:v\d\S* \([^)]*\): )?(?:chain|table) `[^']+'(?: in table `[^']+')? is incompatible, use 'nft' tool/;

/** How a line fits a listing of iptables. */
export function sniff(line: string, inside: boolean): "strong" | "weak" | undefined {
  if (line.startsWith("-") || line.length < 12) return undefined;
  if (line.includes("Chain ") && (chainOf(line) || isReflowed(line))) return "strong";
  if (line.includes("prot") && layoutOf(line)) return "strong";
  if (guessLayout(line)) return "strong";
  if (incompatible.test(line)) return "weak";
  return inside && mayBeRow.test(line) ? "weak" : undefined;
}

/** Rows with names in place of addresses, or without `--` (ip6tables until 1.8.7). */
const mayBeRow =
  /^\s*(?:\S+\s+){1,8}(?:--|-f|!f)\s+\S+\s+\S+|^\s*(?:\S+\s+){0,5}!?(?:all|tcp|udp|ipv6-icmp|\d{1,3})\s+(?:\S+\s+\S+\s+)?!?(?:anywhere|[\da-fA-F]*:[\da-fA-F:]*\S*)\s+\S/;
