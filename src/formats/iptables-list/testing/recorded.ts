import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Family } from "../../../model/net/ip.ts";

/** One rule as the kernel's tool printed it in several ways. */
export interface Recorded {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** `-A CHAIN …` of iptables-save. */
  readonly saved: string;
  /** Row of `-L -n -v`. */
  readonly numeric: string;
  /** Row of `-L`. */
  readonly plain: string;
}

export function recordedRules(file: string): readonly Recorded[] {
  const path = fileURLToPath(new URL(`../recorded/${file}`, import.meta.url));
  const lines = readFileSync(path, "utf8").replaceAll("\\0", "\0").split("\n").slice(1);
  const rules: Recorded[] = [];
  for (let i = 0; i + 3 < lines.length; i += 4) {
    const [family, table = "", chain = ""] = (lines[i] ?? "").split(" ");
    rules.push({
      family: family === "6" ? 6 : 4,
      table,
      chain,
      saved: lines[i + 1] ?? "",
      numeric: lines[i + 2] ?? "",
      plain: lines[i + 3] ?? "",
    });
  }
  return rules;
}

const headers = {
  numeric: " pkts bytes target     prot opt in     out     source               destination         ",
  plain: "target     prot opt source               destination         ",
};

/** A paste that shows one rule as a listing, with the command that tells family and table. */
export const listingOf = (rule: Recorded, how: "numeric" | "plain"): string =>
  [
    `$ ${rule.family === 4 ? "iptables" : "ip6tables"} -t ${rule.table} -${how === "numeric" ? "nv" : ""}L ${rule.chain}`,
    `Chain ${rule.chain} (policy ACCEPT 0 packets, 0 bytes)`,
    headers[how],
    rule[how],
    "",
  ].join("\n");
