import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import type { Link, LinkAddress } from "../../model/routing/link.ts";
import type { Format } from "../format.ts";
import { addressLine } from "./address-line.ts";

/**
 * `ip addr` and `ip link` (iproute2 6.1), whole or grepped to a few lines; -s and -d add lines, -o and -br take few:
 *   784: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default qlen 1000
 *       inet 192.0.2.1/32 brd 192.0.2.1 scope global kube-ipvs0
 *   2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 … master cni0 state UP
 *   2: eth0    inet 198.51.100.7/24 brd 198.51.100.255 scope global eth0\       valid_lft forever preferred_lft forever
 *   eth0@if7         UP             198.51.100.7/24 192.0.2.1 peer 192.0.2.2/32 2001:db8::7/64
 */
const head = /^\s*(\d+): ([^\s:@]+)(?:@([^\s:]+))?: <([^>]*)>(.*)$/;
// not ifconfig's `inet 192.0.2.1  netmask …` and `inet addr:…`
const inet = /^\s+inet6? (?!addr:|\S+ {1,4}(?:netmask|prefixlen|P-t-P) )(\S.*)$/;
const oneLine = /^\s*(\d+): (\S+)\s+inet6? ([^\\]+)/;
const brief =
  /^([^\s:@]+)(?:@\S+)? +(UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT|TESTING)((?: +(?:[0-9a-f.:]+\/\d+|[0-9.]+ peer \S+\/\d+))*)\s*$/;
const rest =
  /^\s+(?:link\/|valid_lft |altname |RX:|TX:|RX |TX |\d+ +\d+ |alias |vxlan |bridge|veth|tun |vlan |ipip |openvswitch|promiscuity|minmtu|numtxqueues|[a-z]\w* (?:.* )?numtxqueues )/;

interface Draft {
  link: Link;
  readonly addresses: LinkAddress[];
}

export const ipAddr: Format = {
  id: "ip-addr",
  title: words("ip addr", "ip addr"),
  sniff(line, inside) {
    if (head.test(line) || oneLine.test(line)) return "strong";
    if (inet.test(line)) return inside ? "strong" : "weak";
    const short = brief.exec(line);
    if (short) return short[3] ? "strong" : inside ? "weak" : undefined;
    return inside && rest.test(line) ? "weak" : undefined;
  },
  printedBy: (command) =>
    command[0] === "ip" &&
    /^(?:a|ad|addr|address|l|li|link)$/.test(command.find((w, i) => i > 0 && !w.startsWith("-")) ?? ""),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const links: Draft[] = [];
    let count = 0;
    const named = (name: string, at: Link["at"], more: Partial<Link> = {}): Draft => {
      const known = links.find((l) => l.link.name === name);
      if (known) return known;
      const addresses: LinkAddress[] = [];
      const draft = { link: { name, flags: [], ...more, addresses, at }, addresses };
      links.push(draft);
      return draft;
    };
    const put = (text: string, i: number, holder: (address: LinkAddress) => Draft | undefined): void => {
      const address = addressLine(text, lines.span(i));
      const draft = address && holder(address);
      if (address && draft) {
        draft.addresses.push(address);
        count++;
      } else
        diagnostics.push({
          code: "ip-addr/bad-address",
          severity: "error",
          at: lines.span(i),
          message: words(
            address ? "No line says which device this address is on." : "This address cannot be read.",
            address ? "没有哪一行说明该地址在哪个网卡上。" : "该地址无法读懂。",
          ),
        });
    };
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (text.trim() === "") continue;
      const start = head.exec(text);
      if (start) {
        links.push(deviceOf(start, lines.span(i)));
        continue;
      }
      const found = inet.exec(text)?.[1];
      if (found !== undefined) {
        // grep kept the address line and not the device's: the label at its end names the device
        put(found, i, ({ label }) => {
          const last = links[links.length - 1];
          return last ?? (label === undefined ? undefined : named(label.split(":")[0] ?? label, lines.span(i)));
        });
        continue;
      }
      const [, index, name = "", one] = oneLine.exec(text) ?? [];
      if (one !== undefined) {
        put(one, i, () => named(name.split("@")[0] ?? name, lines.span(i), { index: Number(index) }));
        continue;
      }
      const [, shortName, state, addresses = ""] = brief.exec(text) ?? [];
      if (shortName !== undefined) {
        const draft = named(
          shortName,
          lines.span(i),
          state === "UP" ? { up: true } : state === "DOWN" ? { up: false } : {},
        );
        for (const part of addresses.match(/[\d.]+ peer \S+|\S+/g) ?? []) put(part, i, () => draft);
        continue;
      }
      const current = links[links.length - 1];
      const mac = /^\s+link\/\S+ ([0-9a-f:]{17})/.exec(text)?.[1];
      if (mac && current) current.link = { ...current.link, mac };
    }
    const list = links.map((l) => l.link);
    // Without an address on lo it is `ip link`, or lines are missing: no address is known to be absent.
    const loopback = list.some((l) => l.name === "lo" && l.addresses.length > 0);
    const some = command?.words.some((w) => ["up", "to", "scope", "type", "master", "-4", "-6"].includes(w));
    const whole = !cut && !command?.filtered && loopback && !some;
    return {
      value: {
        contributions: [{ kind: "links", links: list }],
        coverage: whole ? "whole" : "partial",
        counts: [
          { n: list.length, of: words("devices", "个网卡") },
          { n: count, of: words("addresses", "个地址") },
        ],
      },
      diagnostics,
    };
  },
};

function deviceOf(start: RegExpExecArray, at: Link["at"]): Draft {
  const [, index = "", name = "", , flagText = "", tail = ""] = start;
  const addresses: LinkAddress[] = [];
  const mtu = / mtu (\d+)/.exec(tail)?.[1];
  const master = / master (\S+)/.exec(tail)?.[1];
  const flags = flagText.split(",").filter(Boolean);
  const link: Link = {
    name,
    index: Number(index),
    flags,
    up: flags.includes("UP"),
    ...(master === undefined ? {} : { master }),
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
    addresses,
    at,
  };
  return { link, addresses };
}
