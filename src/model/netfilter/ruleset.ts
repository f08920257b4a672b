import type { Span } from "../../base/span.ts";
import type { Family } from "../net/ip.ts";
import type { TableName } from "./hook.ts";
import type { RuleList } from "./rule.ts";

export type Policy = "ACCEPT" | "DROP" | "QUEUE" | "RETURN";

export interface Chain {
  readonly name: string;
  /** Of built-in chains; undefined for user-defined ones, and for built-in ones whose line was not pasted. */
  readonly policy?: Policy;
  /** The `:NAME …` or `-N NAME` line was there, so an empty chain is known to be empty. */
  readonly declared: boolean;
  readonly at?: Span;
  readonly rules: RuleList;
}

export interface Table {
  readonly name: TableName;
  readonly chains: ReadonlyMap<string, Chain>;
  /**
   * whole: chain lines and COMMIT were there, so what is absent does not exist;
   * partial: lines may be missing (no COMMIT, no chain lines, grep), so absence proves nothing.
   */
  readonly state: "whole" | "partial";
  readonly at: Span;
}

/** iptables of one family of one node. */
export interface Ruleset {
  readonly family: Family;
  readonly tables: ReadonlyMap<TableName, Table>;
  /** true: the tool printed everything it had, so a table that is not here is not loaded in the kernel. */
  readonly complete: boolean;
  /** `iptables-save`, `iptables-nft-save`… and its version, where a header says so. */
  readonly tool?: { readonly name: string; readonly version: string; readonly backend?: "legacy" | "nft" };
  /** The other backend holds rules too ("legacy tables present"). */
  readonly otherBackend?: Span;
}
