import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { parseIp } from "../../model/net/ip.ts";
import type { Link, LinkAddress } from "../../model/routing/link.ts";
import type { Format } from "../format.ts";

/**
 * `ip addr` (iproute2 6.1), also grepped to a few lines:
 *   784: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default qlen 1000
 *       inet 192.0.2.1/32 brd 192.0.2.1 scope global kube-ipvs0
 *   2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 … master cni0 state UP
 */
const head = /^\s*(\d+): ([^\s:@]+)(?:@([^\s:]+))?: <([^>]*)>(.*)$/;
const inet = /^\s+inet6? (\S+)(.*)$/;
const rest = /^\s+(?:link\/|valid_lft |altname |RX:|TX:|\d+ +\d+ |alias |vxlan |bridge|promiscuity|minmtu)/;

export const ipAddr: Format = {
  id: "ip-addr",
  title: words("ip addr", "ip addr"),
  sniff: (line, inside) =>
    head.test(line)
      ? "strong"
      : inet.test(line)
        ? inside
          ? "strong"
          : "weak"
        : rest.test(line) && inside
          ? "weak"
          : undefined,
  printedBy: (command) =>
    command[0] === "ip" &&
    /^(?:a|addr|address|l|li|link)$/.test(command.find((w, i) => i > 0 && !w.startsWith("-")) ?? ""),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const links: { link: Link; addresses: LinkAddress[] }[] = [];
    let count = 0;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (text.trim() === "") continue;
      const start = head.exec(text);
      if (start) {
        const [, index = "", name = "", , flags = "", tail = ""] = start;
        const addresses: LinkAddress[] = [];
        const key = (word: string): string | undefined => new RegExp(` ${word} (\\S+)`).exec(tail)?.[1];
        const mtu = key("mtu");
        const master = key("master");
        const set = flags.split(",").filter(Boolean);
        links.push({
          link: {
            name,
            index: Number(index),
            flags: set,
            up: set.includes("UP"),
            ...(master === undefined ? {} : { master }),
            ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
            addresses,
            at: lines.span(i),
          },
          addresses,
        });
        continue;
      }
      const current = links[links.length - 1];
      const found = inet.exec(text);
      if (found) {
        const line = addressLine(found[1] ?? "", found[2] ?? "", lines.span(i));
        const label = line?.label;
        const holder = current ?? (label === undefined ? undefined : orphan(links, label, lines.span(i)));
        if (line && holder) {
          holder.addresses.push(line);
          count++;
        } else
          diagnostics.push({
            code: "ip-addr/bad-address",
            severity: "error",
            at: lines.span(i),
            message: words("This address line cannot be read.", "这一行地址无法读懂。"),
          });
        continue;
      }
      const mac = /^\s+link\/\S+ ([0-9a-f:]{17})/.exec(text)?.[1];
      if (mac && current) current.link = { ...current.link, mac };
      else if (!rest.test(text))
        diagnostics.push({
          code: "ip-addr/not-understood",
          severity: "warning",
          at: lines.span(i),
          message: words("This line of ip addr is not understood.", "ip addr 的这一行无法读懂。"),
        });
    }
    const list = links.map((l) => l.link);
    const whole =
      !cut &&
      !command?.filtered &&
      list.some((l) => l.name === "lo") &&
      !command?.words.includes("dev") &&
      !command?.words.includes("show");
    return {
      value: {
        contributions: [{ kind: "links", links: list }],
        coverage: whole ? "whole" : "partial",
        counts: [
          { n: list.length, of: words("devices", "个设备") },
          { n: count, of: words("addresses", "个地址") },
        ],
      },
      diagnostics,
    };
  },
};

/** grep kept the address line and not the device's: the label at its end names the device. */
function orphan(
  links: { link: Link; addresses: LinkAddress[] }[],
  label: string,
  at: Link["at"],
): { addresses: LinkAddress[] } {
  const addresses: LinkAddress[] = [];
  const made = { link: { name: label.split(":")[0] ?? label, flags: [], addresses, at }, addresses };
  links.push(made);
  return made;
}

function addressLine(first: string, tail: string, at: LinkAddress["at"]): LinkAddress | undefined {
  const list = tail.trim().split(/\s+/).filter(Boolean);
  const value = (key: string): string | undefined => (list.includes(key) ? list[list.indexOf(key) + 1] : undefined);
  const peerText = value("peer");
  const [own, ownLength] = first.split("/");
  const [peerAddress, peerLength] = (peerText ?? "").split("/");
  const address = parseIp(own ?? "");
  if (address === undefined) return undefined;
  const peer = peerText === undefined ? undefined : parseIp(peerAddress ?? "");
  const length = Number(peerText === undefined ? ownLength : peerLength);
  const broadcast = parseIp(value("brd") ?? "");
  const last = list[list.length - 1];
  const known = new Set([
    "global",
    "host",
    "link",
    "site",
    "secondary",
    "dynamic",
    "noprefixroute",
    "nodad",
    "tentative",
    "deprecated",
    "permanent",
    "temporary",
    "mngtmpaddr",
    "optimistic",
    "autojoin",
    "stable-privacy",
  ]);
  const label =
    last !== undefined && !known.has(last) && list.indexOf(last) > list.indexOf("scope") + 1 ? last : undefined;
  return {
    address,
    prefix: Number.isInteger(length) ? length : address.includes(":") ? 128 : 32,
    ...(peer === undefined ? {} : { peer }),
    ...(broadcast === undefined ? {} : { broadcast }),
    scope: value("scope") ?? "global",
    secondary: list.includes("secondary"),
    ...(label === undefined ? {} : { label }),
    at,
  };
}
