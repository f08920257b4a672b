import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TableName } from "../../model/netfilter/hook.ts";
import { matches } from "../../model/netfilter/matches/index.ts";
import { targets } from "../../model/netfilter/targets/index.ts";
import { type Case, readCases } from "../../model/netfilter/testing/case-file.ts";
import type { Spelling } from "./load.ts";

/** Where the case files of matches and targets are, from the top of the checkout. */
const folder = "src/model/netfilter";

/** What the kernel wants to see in front of a match or target. */
const conditions: Readonly<Record<string, string>> = {
  tcp: "-p tcp",
  tcpmss: "-p tcp",
  udp: "-p udp",
  udplite: "-p udplite",
  sctp: "-p sctp",
  dccp: "-p dccp",
  icmp: "-p icmp",
  icmp6: "-p ipv6-icmp",
  ah: "-p ah",
  esp: "-p esp",
  ipcomp: "-p ipcomp",
  mh: "-p mobility-header",
  multiport: "-p tcp",
  ecn: "-p tcp",
  osf: "-p tcp",
  TCPMSS: "-p tcp --tcp-flags SYN,RST SYN",
  TCPOPTSTRIP: "-p tcp",
  ECN: "-p tcp",
  SYNPROXY: "-p tcp",
  TPROXY: "-p tcp",
  DNAT: "-p tcp",
  SNAT: "-p tcp",
  MASQUERADE: "-p tcp",
  REDIRECT: "-p tcp",
  REJECT: "-p tcp",
  HMARK: "-p tcp",
};

/** Tables for what the kernel takes in some tables only, where the modules do not say so. */
const matchTables: Readonly<Record<string, TableName>> = { rpfilter: "mangle" };

const readFolder = (name: string): readonly Case[] =>
  readdirSync(join(folder, name))
    .filter((file) => file.endsWith(".cases.txt"))
    .flatMap((file) => readCases(`${name}/${file}`, readFileSync(join(folder, name, file), "utf8")));

/** Every spelling in the case files that is said to be right, and the canonical one beside it. */
export function caseSpellings(): readonly Spelling[] {
  const found = new Map<string, Spelling>();
  const add = (flag: "-m" | "-j", one: Case, options: string): void => {
    const { name: about, family } = one;
    const table = flag === "-m" ? (matchTables[about] ?? "filter") : (targets.get(about)?.tables?.[0] ?? "mangle");
    const text = [conditions[about] ?? "", flag, about, options].filter((part) => part !== "").join(" ");
    const module = flag === "-m" ? matches.get(about) : targets.get(about);
    const only = module?.family ?? (family === 6 || differs.has(about) || address4.test(options) ? family : undefined);
    for (const each of only ? [only] : ([4, 6] as const))
      found.set(`${each} ${table} ${text}`, { table, family: each, text, about });
  };
  for (const [flag, name] of [
    ["-j", "targets"],
    ["-m", "matches"],
  ] as const)
    for (const one of readFolder(name))
      if (one.kind === "spelling" && one.expected === "ok") {
        add(flag, one, one.options);
        add(flag, one, one.canonical);
      }
  return [...found.values()];
}

/** What the two families spell differently. */
const differs = new Set(["REJECT"]);

const address4 = /\d+\.\d+\.\d+\.\d+/;
