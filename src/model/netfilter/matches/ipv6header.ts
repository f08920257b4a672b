import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

/** Printed name, short name, number; in the order of their bits from the highest on. libip6t_ipv6header.c. */
const headers: readonly (readonly [string, string, string])[] = [
  ["hop-by-hop", "hop", "0"],
  ["ipv6-opts", "dst", "60"],
  ["ipv6-route", "route", "43"],
  ["ipv6-frag", "frag", "44"],
  ["ah", "auth", "51"],
  ["esp", "esp", "50"],
  ["ipv6-nonxt", "none", "59"],
  ["protocol", "prot", "255"],
];

const list: ValueKind<readonly string[]> = {
  words: 1,
  read([text = ""], refuse) {
    const found = new Set<string>();
    for (const given of text.split(",")) {
      const known = headers.find((names) => names.includes(given.toLowerCase()));
      if (!known) return refuse("unknown-value", words(`“${given}” is no IPv6 header.`, `“${given}” 不是 IPv6 头。`));
      found.add(known[0]);
    }
    return headers.map(([name]) => name).filter((name) => found.has(name));
  },
  print: (names) => names.join(","),
};

/** Which headers an IPv6 packet has: libip6t_ipv6header.c. */
export const ipv6header = defineMatch({
  name: "ipv6header",
  family: 6,
  level: "recognised",
  note: words("Compares which headers the packet has.", "比较报文带有哪些头。"),
  fields: { header: negatable("--header", list), soft: option("--soft", flag) },
  needs: [["header"]],
  list: listForm(/ipv6header/, [
    [
      "--header",
      /flags:(?<not>!)?(?<a>\S+)/,
      ({ a = "" }) => [
        /^0x/.test(a) ? headers.flatMap(([name], i) => (Number(a) & (0x80 >> i) ? [name] : [])).join(",") : a,
      ],
    ],
    ["--soft", /soft/],
  ]),
});
