import { spawnSync } from "node:child_process";
import type { Family } from "../../model/net/ip.ts";
import type { TableName } from "../../model/netfilter/hook.ts";

export type Backend = "legacy" | "nft";

export interface ToolResult {
  readonly ok: boolean;
  readonly out: string;
  readonly err: string;
}

/** Runs one of the machine's tools; it works on the network namespace this program is in. */
export function runTool(name: string, args: readonly string[], input = ""): ToolResult {
  const { status, stdout, stderr, error } = spawnSync(name, args, { input, maxBuffer: 1 << 28 });
  if (error) return { ok: false, out: "", err: error.message };
  return { ok: status === 0, out: stdout.toString(), err: stderr.toString() };
}

/** The kernel's tables, as the tools of one backend and family load and show them. */
export class KernelTables {
  readonly family: Family;
  readonly backend: Backend;
  /** The program without its ending: `ip6tables-nft`. */
  readonly name: string;

  constructor(family: Family, backend: Backend) {
    this.family = family;
    this.backend = backend;
    this.name = `${family === 6 ? "ip6" : "ip"}tables-${backend}`;
  }

  /** `iptables-nft, IPv4`. */
  get title(): string {
    return `iptables-${this.backend}, IPv${this.family}`;
  }

  /** Adds what `*table` … `COMMIT` text says; all of it or nothing. Gives the reason where the tool or the kernel refuses. */
  restore(text: string): string | undefined {
    const { ok, err } = runTool(`${this.name}-restore`, ["--noflush"], text);
    return ok ? undefined : err.trim() || "refused without a word";
  }

  /** iptables-save, of one table or of all. */
  save({ counters = false, table }: { readonly counters?: boolean; readonly table?: TableName } = {}): string {
    return this.show(`${this.name}-save`, [...(counters ? ["-c"] : []), ...(table ? ["-t", table] : [])]);
  }

  /** `iptables -t TABLE OPTIONS`: `-S`, `-S -v`, `-L -n -v -x --line-numbers` … */
  list(table: TableName, ...options: readonly string[]): string {
    return this.show(this.name, ["-w", "-t", table, ...options]);
  }

  /** Takes away all rules and chains. */
  clear(): void {
    for (const table of ["filter", "nat", "mangle", "raw", "security"] as const)
      for (const command of ["-F", "-X"]) runTool(this.name, ["-t", table, command]);
  }

  private show(tool: string, args: readonly string[]): string {
    const { ok, out, err } = runTool(tool, args);
    if (!ok) throw new Error(`${tool} ${args.join(" ")}: ${err}`);
    return out;
  }
}
