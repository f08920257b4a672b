import { parseIp } from "../../model/net/ip.ts";
import type { LinkAddress } from "../../model/routing/link.ts";

/** Flags of iproute2 6.1 ip/ipaddress.c, print_ifa_flags. */
const flagWords: ReadonlySet<string> = new Set([
  "secondary",
  "dynamic",
  "noprefixroute",
  "nodad",
  "tentative",
  "dadfailed",
  "deprecated",
  "permanent",
  "temporary",
  "mngtmpaddr",
  "optimistic",
  "autojoin",
  "stable-privacy",
  "home",
  "offload",
]);
const keys: ReadonlySet<string> = new Set(["peer", "brd", "any", "scope", "metric", "proto", "flags"]);

export interface AddressLine {
  readonly address: LinkAddress;
  /** Words that natlens does not know. */
  readonly unknown: readonly string[];
}

/** The scope of an address where none is printed (`-br`): what iproute2 and the kernel give it by itself. */
export const usualScope = (address: string): "host" | "link" | "global" =>
  /^127\.|^::1$/.test(address) ? "host" : /^fe[89ab]/i.test(address) ? "link" : "global";

/**
 * What stands after `inet` or `inet6`; with `peer` the length belongs to the peer, the last word is the label:
 *   198.51.100.7/24 metric 100 brd 198.51.100.255 scope global secondary dynamic eth0:1
 *   192.0.2.1 peer 192.0.2.2/32 scope global veth-b
 */
export function addressLine(text: string, at: LinkAddress["at"]): AddressLine | undefined {
  const list = text.trim().split(/\s+/);
  const values = new Map<string, string>();
  const flags: string[] = [];
  const rest: string[] = [];
  for (let i = 1; i < list.length; i++) {
    const word = list[i] ?? "";
    if (keys.has(word) && i + 1 < list.length) values.set(word, list[++i] ?? "");
    else if (flagWords.has(word)) flags.push(word);
    else rest.push(word);
  }
  const [own = "", ownLength] = (list[0] ?? "").split("/");
  const [peerText, peerLength] = (values.get("peer") ?? "").split("/");
  const address = parseIp(own);
  if (address === undefined) return undefined;
  const wide = address.includes(":") ? 128 : 32;
  const peer = parseIp(peerText ?? "");
  const length = Number((peer === undefined ? ownLength : peerLength) ?? wide);
  if (!Number.isInteger(length) || length < 0 || length > wide) return undefined;
  const broadcast = parseIp(values.get("brd") ?? "");
  const label = values.has("scope") && rest[rest.length - 1] === list[list.length - 1] ? rest.pop() : undefined;
  return {
    address: {
      address,
      prefix: length,
      ...(peer === undefined ? {} : { peer }),
      ...(broadcast === undefined ? {} : { broadcast }),
      scope: values.get("scope") ?? usualScope(own),
      secondary: flags.includes("secondary"),
      ...(label === undefined ? {} : { label }),
      ...(flags.length === 0 ? {} : { flags }),
      at,
    },
    unknown: rest,
  };
}
