import { parseIp } from "../../model/net/ip.ts";
import type { LinkAddress } from "../../model/routing/link.ts";

const flags: ReadonlySet<string> = new Set([
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

/**
 * What stands after `inet` or `inet6`; with `peer` the length belongs to the peer:
 *   198.51.100.7/24 metric 100 brd 198.51.100.255 scope global secondary dynamic eth0:1
 *   192.0.2.1 peer 192.0.2.2/32 scope global veth-b
 */
export function addressLine(text: string, at: LinkAddress["at"]): LinkAddress | undefined {
  const list = text.trim().split(/\s+/);
  const value = (key: string): string | undefined => {
    const found = list.indexOf(key);
    return found === -1 ? undefined : list[found + 1];
  };
  const [own = "", ownLength] = (list[0] ?? "").split("/");
  const [peerText, peerLength] = (value("peer") ?? "").split("/");
  const address = parseIp(own);
  if (address === undefined) return undefined;
  const wide = address.includes(":") ? 128 : 32;
  const peer = parseIp(peerText ?? "");
  const length = Number((peer === undefined ? ownLength : peerLength) ?? wide);
  if (!Number.isInteger(length) || length < 0 || length > wide) return undefined;
  const broadcast = parseIp(value("brd") ?? "");
  const scopeAt = list.indexOf("scope");
  const last = list[list.length - 1];
  const labelled = last !== undefined && scopeAt !== -1 && list.length - 1 > scopeAt + 1 && !flags.has(last);
  return {
    address,
    prefix: length,
    ...(peer === undefined ? {} : { peer }),
    ...(broadcast === undefined ? {} : { broadcast }),
    scope: value("scope") ?? "global",
    secondary: list.includes("secondary"),
    ...(labelled ? { label: last } : {}),
    at,
  };
}
