import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { cidrOf, prefixLength } from "../../model/net/cidr.ts";
import { familyOf, type Ip, ipNumber, parseIp } from "../../model/net/ip.ts";
import type { Link, LinkAddress } from "../../model/routing/link.ts";
import { counted } from "../counted.ts";
import type { Format } from "../format.ts";

/**
 * `ifconfig` of net-tools 2.10, and of 1.60 and busybox. It shows one IPv4 address for each label: others, such as most
 * service addresses on kube-ipvs0, are there and not shown, so nothing is ever whole.
 *   eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
 *           inet 198.51.100.7  netmask 255.255.255.0  broadcast 198.51.100.255
 *           inet6 2001:db8::7  prefixlen 64  scopeid 0x0<global>
 *   tun0:   inet 192.0.2.1  netmask 255.255.255.255  destination 192.0.2.2
 *   eth0:1    Link encap:Ethernet  HWaddr 02:42:AC:11:00:02
 *             inet addr:198.51.100.7  Bcast:198.51.100.255  Mask:255.255.255.0          (P-t-P:192.0.2.2)
 *             inet6 addr: fe80::42:acff:fe11:2/64 Scope:Link
 *             UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
 */
const head = /^(\S+): flags=\d+<([^>]*)>\s+(?:metric \d+ +)?mtu (\d+)/;
const oldHead = /^(\S+) +Link encap:(.*)$/;
const inet = /^\s+inet (\S+) +netmask (\S+)(?: +(?:broadcast|destination) (\S+))?/;
const inet6 = /^\s+inet6 (\S+) +prefixlen (\d+) +scopeid 0x[\da-f]+<(\w+)>/;
const oldInet = /^\s+inet addr:(\S+)(?: +P-t-P:(\S+))?(?: +Bcast:(\S+))? +Mask:(\S+)/;
const oldInet6 = /^\s+inet6 addr: ?([\da-fA-F:.]+)\/(\d+) Scope:(\w+)/;
const oldFlags =
  /^\s+((?:UP |DOWN |BROADCAST |LOOPBACK |POINTOPOINT |RUNNING |NOARP |MULTICAST |PROMISC |ALLMULTI |MASTER |SLAVE |DYNAMIC )*) *MTU:(\d+)/;
const ether = /^\s+(?:ether|unspec|loop|tunnel|infiniband|sit|ppp)\b(?: ([0-9a-f:]{17}))?/;
const inert =
  /^\s+(?:(?:RX|TX) (?:packets|errors|bytes)|collisions:|Interrupt:|device (?:interrupt|memory)|Base address|RX bytes|inet6? |media:|nd6 )/;

interface Draft {
  link: Link;
  readonly addresses: LinkAddress[];
}

export const ifconfig: Format = {
  id: "ifconfig",
  title: words("ifconfig", "ifconfig"),
  sniff(line, inside) {
    if (head.test(line) || oldHead.test(line)) return "strong";
    if ([inet, inet6, oldInet, oldInet6].some((pattern) => pattern.test(line))) return inside ? "strong" : "weak";
    return inside && (oldFlags.test(line) || ether.test(line) || inert.test(line)) ? "weak" : undefined;
  },
  printedBy: (command) => command[0] === "ifconfig" || (command[0] === "busybox" && command[1] === "ifconfig"),
  parse({ lines }) {
    const diagnostics: Diagnostic[] = [];
    const links = new Map<string, Draft>();
    let current: { readonly draft: Draft; readonly label: string } | undefined;
    let count = 0;
    /** `eth0:1` is a label of eth0. */
    const device = (label: string, more: Partial<Link>, at: Link["at"]): void => {
      const name = label.split(":")[0] ?? label;
      let draft = links.get(name);
      if (!draft) {
        const addresses: LinkAddress[] = [];
        draft = { link: { name, flags: [], ...more, addresses, at }, addresses };
        links.set(name, draft);
      }
      current = { draft, label };
    };
    const put = (i: number, text: string, length: string, scope: string, more: Partial<LinkAddress> = {}): void => {
      const address = parseIp(text);
      const prefix = address === undefined ? undefined : lengthOf(address, length);
      if (address === undefined || prefix === undefined || !current) {
        diagnostics.push({
          code: "ifconfig/bad-address",
          severity: "error",
          at: lines.span(i),
          message: current
            ? words("This address cannot be read.", "该地址无法读懂。")
            : words("No line says which device this address is on.", "没有哪一行说明该地址在哪个网卡上。"),
        });
        return;
      }
      const label = familyOf(address) === 4 ? { label: current.label } : {};
      current.draft.addresses.push({ address, prefix, scope, secondary: false, ...label, ...more, at: lines.span(i) });
      count++;
    };
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (text.trim() === "") continue;
      const at = lines.span(i);
      const [, label, flagText = "", mtu] = head.exec(text) ?? [];
      if (label !== undefined) {
        const flags = flagText.split(",").filter(Boolean);
        device(label, { flags, up: flags.includes("UP"), mtu: Number(mtu) }, at);
        continue;
      }
      const [, oldLabel, rest = ""] = oldHead.exec(text) ?? [];
      if (oldLabel !== undefined) {
        const mac = / HWaddr ([0-9A-Fa-f:]{17})/.exec(rest)?.[1];
        device(oldLabel, mac === undefined ? {} : { mac: mac.toLowerCase() }, at);
        continue;
      }
      const four = inet.exec(text);
      const old = oldInet.exec(text);
      const six = inet6.exec(text) ?? oldInet6.exec(text);
      if (four) {
        const other = parseIp(four[3] ?? "");
        const more = other === undefined ? {} : text.includes("destination") ? { peer: other } : { broadcast: other };
        put(i, four[1] ?? "", four[2] ?? "", loopback(four[1]), more);
      } else if (old) {
        const [peer, broadcast] = [parseIp(old[2] ?? ""), parseIp(old[3] ?? "")];
        put(i, old[1] ?? "", old[4] ?? "", loopback(old[1]), {
          ...(peer === undefined ? {} : { peer }),
          ...(broadcast === undefined ? {} : { broadcast }),
        });
      } else if (six) put(i, six[1] ?? "", six[2] ?? "", (six[3] ?? "global").toLowerCase());
      const flags = oldFlags.exec(text);
      const mac = ether.exec(text)?.[1];
      if (!current) continue;
      if (flags) {
        const list = (flags[1] ?? "").trim().split(" ").filter(Boolean);
        current.draft.link = { ...current.draft.link, flags: list, up: list.includes("UP"), mtu: Number(flags[2]) };
      } else if (mac !== undefined) current.draft.link = { ...current.draft.link, mac };
    }
    if (count > 0)
      diagnostics.push({
        code: "ifconfig/one-address",
        severity: "info",
        at: lines.span(0),
        message: words(
          "ifconfig shows one IPv4 address for each label: that others are missing says nothing.",
          "ifconfig 每个标签只显示一个 IPv4 地址：看不到其他地址不说明问题。",
        ),
        advice: words("Paste what ip addr prints.", "粘贴 ip addr 的输出。"),
      });
    return {
      value: {
        contributions: [{ kind: "links", links: Array.from(links.values(), ({ link }) => link) }],
        coverage: "partial",
        counts: [counted(links.size, "device", "devices", "个网卡"), counted(count, "address", "addresses", "个地址")],
      },
      diagnostics,
    };
  },
};

const loopback = (address = ""): string => (address.startsWith("127.") ? "host" : "global");

/** `255.255.255.0` or `64`. */
function lengthOf(address: Ip, text: string): number | undefined {
  const mask = parseIp(text);
  if (mask !== undefined) return prefixLength({ family: familyOf(address), base: 0n, mask: ipNumber(mask) });
  const length = Number(text);
  return /^\d{1,3}$/.test(text) && length <= (familyOf(address) === 4 ? 32 : 128)
    ? prefixLength(cidrOf(address, length))
    : undefined;
}
