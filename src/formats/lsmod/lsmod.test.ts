import { expect, it } from "vitest";
import { fixtureChecks, read } from "../testing/format-checks.ts";
import { lsmod } from "./lsmod.ts";

fixtureChecks(lsmod, import.meta.dirname);

const modules = (text: string) => {
  const { coverage, loaded } = read(text).snapshot.system.modules;
  return [coverage, [...loaded.keys()]];
};
const cases: [name: string, text: string, coverage: string, names: string[]][] = [
  [
    "lsmod",
    "Module                  Size  Used by\nip_vs                 176128  2 ip_vs_rr\nip_vs_rr               16384  1\n",
    "whole",
    ["ip_vs", "ip_vs_rr"],
  ],
  [
    "/proc/modules",
    "ip_vs 176128 2 ip_vs_rr, Live 0x0000000000000000\nip_vs_rr 16384 1 - Live 0x0000000000000000\n",
    "whole",
    ["ip_vs", "ip_vs_rr"],
  ],
  ["grepped", "$ lsmod | grep ip_vs\nip_vs                 176128  2 ip_vs_rr\n", "partial", ["ip_vs"]],
  ["without a header", "ip_vs                 176128  2 ip_vs_rr\n", "partial", ["ip_vs"]],
];
it.each(cases)("%s", (_name, text, coverage, names) => expect(modules(text)).toEqual([coverage, names]));
