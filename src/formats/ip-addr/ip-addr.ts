import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import { type Words, words } from "../../base/words.ts";
import type { Link, LinkAddress } from "../../model/routing/link.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";
import { addressLine } from "./address-line.ts";
import { deviceOf, head, isDetail, withDetail } from "./link-lines.ts";

/**
 * `ip addr`, `ip link`, `bridge link` (iproute2 6.1), whole or grepped to a few lines; -s and -d add lines, -o and -br take few:
 *   784: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default qlen 1000
 *       inet 192.0.2.1/32 brd 192.0.2.1 scope global kube-ipvs0
 *   2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 … master cni0 state UP
 *   2: eth0    inet 198.51.100.7/24 brd 198.51.100.255 scope global eth0\       valid_lft forever preferred_lft forever
 *   eth0@if7         UP             198.51.100.7/24 metric 100 192.0.2.1 peer 192.0.2.2/32 2001:db8::7/64
 *   eth0@if7         UP             02:42:ac:11:00:02 <BROADCAST,MULTICAST,UP,LOWER_UP>
 * Of the kernel's files, what says how bridge ports are set:
 *   /sys/class/net/veth1/brport/hairpin_mode:1
 *   /sys/devices/virtual/net/cbr0/brif/veth1/hairpin_mode:1
 */
// not ifconfig's `inet 192.0.2.1  netmask …` and `inet addr:…`
const inet = /^\s+inet6? (?!addr:|\S+ {1,4}(?:netmask|prefixlen|P-t-P) )(\S.*)$/;
const oneLine = /^\s*(\d+): (\S+)\s+inet6? ([^\\]+)/;
const states = "UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT|TESTING";
const address = "[0-9a-f.:]+(?:\\/\\d+| peer \\S+\\/\\d+)(?: metric \\d+)?";
const brief = new RegExp(`^([^\\s:@]+)(?:@(\\S+))? +(${states})((?: +${address})*)\\s*$`);
const briefLink = new RegExp(`^([^\\s:@]+)(?:@(\\S+))? +(${states}) +(?:(\\S+) )?<([A-Z0-9_,-]*)>\\s*$`);
const port =
  /^\/sys\/(?:class|devices\/virtual)\/net\/(?:([^/\s]+)\/brport|(?<master>[^/\s]+)\/brif\/(?<name>[^/\s]+))\/(?<attribute>hairpin_mode|isolated):(?<value>[01])\s*$/;
const portFile = /^\/sys\/(?:class|devices\/virtual)\/net\/.*\/(?:brport|brif)\//;

export const ipAddr: Format = {
  id: "ip-addr",
  title: words("ip addr", "ip addr"),
  sniff(line, inside) {
    if (head.test(line) || oneLine.test(line) || briefLink.test(line) || port.test(line)) return "strong";
    if (inet.test(line)) return inside ? "strong" : "weak";
    const short = brief.exec(line);
    if (short) return short[4] ? "strong" : inside ? "weak" : undefined;
    return inside && isDetail(line) ? "weak" : undefined;
  },
  printedBy: (command) =>
    (command[0] === "ip" &&
      /^(?:a|ad|addr|address|l|li|link)$/.test(command.find((w, i) => i > 0 && !w.startsWith("-")) ?? "")) ||
    (command[0] === "bridge" && command.includes("link")) ||
    (command[0] === "grep" && command.some((w) => portFile.test(w))),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const links = new Map<string, { link: Link; readonly addresses: LinkAddress[] }>();
    let last: { link: Link; readonly addresses: LinkAddress[] } | undefined;
    let count = 0;
    /** The last line begins a device, of which other lines would follow. */
    let endsAtHead = false;
    const say = (code: Defect<"ip-addr">, severity: Severity, at: Diagnostic["at"], message: Words): void => {
      diagnostics.push({ code: `ip-addr/${code}`, severity, at, message });
    };
    const named = (name: string, at: Link["at"], more: Partial<Link> = {}) => {
      const known = links.get(name);
      if (known) {
        const flags = known.link.flags.length > 0 ? known.link.flags : (more.flags ?? []);
        known.link = { ...more, ...known.link, flags };
        return known;
      }
      const addresses: LinkAddress[] = [];
      const draft = { link: { name, flags: [], ...more, addresses, at }, addresses };
      links.set(name, draft);
      return draft;
    };
    const put = (text: string, i: number, holder: (found: LinkAddress) => typeof last): void => {
      const found = addressLine(text, lines.span(i));
      const draft = found && holder(found.address);
      if (!found || !draft) {
        say(
          "bad-address",
          "error",
          lines.span(i),
          words(
            found ? "No line says which device this address is on." : "This address cannot be read.",
            found ? "没有哪一行说明该地址在哪个网卡上。" : "该地址无法读懂。",
          ),
        );
        return;
      }
      const { address, prefix } = found.address;
      if (draft.addresses.some((a) => a.address === address && a.prefix === prefix)) return;
      draft.addresses.push(found.address);
      count++;
      const [word] = found.unknown;
      if (word === undefined) return;
      const from = lines.text(i).indexOf(` ${word}`) + 1;
      say(
        "unknown-word",
        "info",
        lines.span(i, from, from + word.length),
        words(
          `Not known of an address: ${found.unknown.join(" ")}.`,
          `地址行中有无法识别的词：${found.unknown.join(" ")}。`,
        ),
      );
    };
    for (let i = 0; i < lines.length; i++) {
      const whole = lines.text(i);
      if (whole.trim() === "") continue;
      endsAtHead = head.test(whole) && !/\\\s/.test(whole);
      const [, single = ""] = oneLine.exec(whole) ?? [];
      // -o: line breaks are printed as a backslash
      for (const text of single === "" ? whole.split(/\\(?=\s)/) : [whole]) {
        const start = head.exec(text);
        if (start) {
          const addresses: LinkAddress[] = [];
          const link = deviceOf(start, addresses, lines.span(i));
          const known = links.get(link.name);
          last = known ?? { link, addresses };
          if (known) known.link = { ...known.link, ...link, addresses: known.addresses };
          links.set(link.name, last);
          continue;
        }
        const found = inet.exec(text)?.[1];
        if (found !== undefined) {
          // grep kept the address line and not the device's: the label at its end names the device
          put(
            found,
            i,
            ({ label }) =>
              last ?? (label === undefined ? undefined : named(label.split(":")[0] ?? label, lines.span(i))),
          );
          continue;
        }
        const [, index, name = "", one] = oneLine.exec(text) ?? [];
        if (one !== undefined) {
          put(one, i, () => named(name.split("@")[0] ?? name, lines.span(i), { index: Number(index) }));
          continue;
        }
        const file = port.exec(text);
        if (file?.groups) {
          const { name, master, attribute, value } = file.groups;
          const set = attribute === "isolated" ? { isolated: value === "1" } : { hairpin: value === "1" };
          named(file[1] ?? name ?? "", lines.span(i), { ...set, ...(master === undefined ? {} : { master }) });
          continue;
        }
        const short = brief.exec(text) ?? briefLink.exec(text);
        if (short) {
          const [, shortName = "", parent, state, rest = "", flags] = short;
          const draft = named(shortName, lines.span(i), {
            ...(parent === undefined ? {} : { parent }),
            ...(state === "UP" ? { up: true } : state === "DOWN" ? { up: false } : {}),
            ...(flags === undefined ? {} : { flags: flags.split(","), up: flags.split(",").includes("UP") }),
            ...(flags !== undefined && /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(rest) ? { mac: rest } : {}),
          });
          if (flags === undefined)
            for (const part of rest.match(new RegExp(address, "g")) ?? []) put(part, i, () => draft);
          continue;
        }
        const more = last && withDetail(last.link, text);
        if (last && more) last.link = more;
      }
    }
    const list = Array.from(links.values(), (draft) => draft.link);
    // Without 127.0.0.1 it is `ip link` or `ip -6 addr`, or lines are missing: no address is known to be absent.
    const loopback = list.some((l) => l.name === "lo" && l.addresses.some((a) => a.address.startsWith("127.")));
    const whole = !cut && !endsAtHead && !command?.filtered && loopback && !isNarrowed(command?.words ?? []);
    return {
      value: {
        contributions: [{ kind: "links", links: list }],
        coverage: whole ? "whole" : "partial",
        counts: [counted(list.length, "device", "devices", "个网卡"), counted(count, "address", "addresses", "个地址")],
      },
      diagnostics,
    };
  },
};

/** `ip addr show dev eth0`, `ip -4 addr`, `ip addr show up`: not all addresses of the node. */
function isNarrowed(command: readonly string[]): boolean {
  const at = command.findIndex((w) => /^(?:a|ad|addr|address|l|li|link)$/.test(w));
  if (at === -1) return false;
  return (
    command.slice(0, at).some((w) => /^-(?:4|6|f|family)$/.test(w)) ||
    command.slice(at + 1).some((w) => !/^(?:s|sh|show|l|ls|lst|list)$/.test(w) && !w.startsWith("-"))
  );
}
