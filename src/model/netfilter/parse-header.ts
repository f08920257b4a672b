import { words } from "../../base/words.ts";
import { parseCidr } from "../net/cidr.ts";
import type { Family } from "../net/ip.ts";
import { protocolName } from "../net/protocol.ts";
import type { RuleHeader } from "./rule.ts";
import { longerThan } from "./values/text.ts";
import type { Refuse } from "./values/value-kind.ts";

export type HeaderField = "source" | "destination" | "in" | "out" | "proto" | "fragment";

/** Generic options by all their names; the number of words is 1 for all but `-f`. iptables.c original_opts. */
export const headerOptions: ReadonlyMap<string, HeaderField> = new Map<string, HeaderField>([
  ["-s", "source"],
  ["--source", "source"],
  ["--src", "source"],
  ["-d", "destination"],
  ["--destination", "destination"],
  ["--dst", "destination"],
  ["-i", "in"],
  ["--in-interface", "in"],
  ["-o", "out"],
  ["--out-interface", "out"],
  ["-p", "proto"],
  ["--protocol", "proto"],
  ["--proto", "proto"],
  ["-f", "fragment"],
  ["--fragments", "fragment"],
  ["--fragment", "fragment"],
]);

/** A header while it is being read. */
export type HeaderDraft = { -readonly [K in keyof RuleHeader]: RuleHeader[K] };

/**
 * Adds one generic option to `header`, normalised as iptables-save prints it: what matches every packet is left out.
 * A negated catch-all stays, as it matches none. False: it could not be read.
 */
export function addToHeader(
  header: HeaderDraft,
  field: HeaderField,
  text: string,
  negated: boolean,
  family: Family,
  refuse: Refuse,
): boolean {
  if (header[field] !== undefined) {
    refuse("given-twice", words("This condition stands here twice.", "该条件出现了两次。"), -1);
    return false;
  }
  switch (field) {
    case "fragment":
      header.fragment = { negated, is: true };
      return true;
    case "in":
    case "out":
      if (text === "" || longerThan(text, 15)) {
        refuse(
          "too-long",
          words(`“${text}” is no interface name: 1 to 15 bytes.`, `“${text}” 不是接口名：应为 1 到 15 字节。`),
        );
        return false;
      }
      if (text !== "+" || negated) header[field] = { negated, is: text };
      return true;
    case "proto": {
      const name = protocolName(text === "all" ? "0" : text);
      if (name === undefined) {
        refuse("unknown-protocol", words(`“${text}” is not a protocol.`, `“${text}” 不是协议。`));
        return false;
      }
      if (name !== "0" || negated) header.proto = { negated, is: name };
      return true;
    }
    case "source":
    case "destination": {
      const cidr = parseCidr(text, true);
      if (cidr?.family !== family) {
        refuse(
          cidr ? "other-family" : "not-an-address",
          words(`“${text}” is not an IPv${family} address or prefix.`, `“${text}” 不是 IPv${family} 地址或网段。`),
        );
        return false;
      }
      if (cidr.mask !== 0n || negated) header[field] = { negated, is: cidr };
      return true;
    }
  }
}
