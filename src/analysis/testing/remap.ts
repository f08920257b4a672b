import { cidrOf, printCidr } from "../../model/net/cidr.ts";
import { parseIp } from "../../model/net/ip.ts";
import type { Dump } from "./rewrite.ts";
import { shuffled } from "./rewrite.ts";

/** Dumps of one cluster told again: the same node with other addresses, names and headers, or in the other family. */

const ipv4 = /(?<![\w.:])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?(?!\w|\.\d+\.|:[\da-f]*:)/g;

/** Ranges with a meaning of their own: loopback, this network, link-local, Tailscale's, multicast. */
const keepsItsMeaning = (first: number): boolean => [0, 100, 127, 169].includes(first) || first >= 224;

/** The network of a CIDR; an address with a prefix length (`inet 10.0.0.5/24`) stays one. */
function masked(before: string, after: string, length: string | undefined): string {
  if (length === undefined) return after;
  const [old, next] = [parseIp(before), parseIp(after)];
  if (!old || !next) return `${after}/${length}`;
  const wasNetwork = printCidr(cidrOf(old, Number(length))).split("/")[0] === before;
  return wasNetwork ? `${printCidr(cidrOf(next, Number(length))).split("/")[0]}/${length}` : `${after}/${length}`;
}

/** Other addresses, consistently and prefix by prefix; other names of Services. */
export function remapped(dumps: readonly Dump[], random: () => number): Dump[] {
  const firsts = shuffled([11, 24, 45, 57, 89, 133, 150, 188, 201, 213], random);
  const known = new Map<number, { readonly first: number; readonly key: number }>();
  const of = (octet: number) => {
    const found = known.get(octet) ?? { first: firsts.pop() ?? octet, key: Math.floor(random() * 256) };
    known.set(octet, found);
    return found;
  };
  const address = (text: string): string =>
    text
      .replace(ipv4, (all, a: string, b: string, c: string, d: string, length: string | undefined) => {
        if (keepsItsMeaning(Number(a))) return all;
        const { first, key } = of(Number(a));
        return masked(`${a}.${b}.${c}.${d}`, `${first}.${Number(b) ^ key}.${c}.${d}`, length);
      })
      .replace(/\bfd00:/g, "fdb7:");
  const twoBackends = dumps.some((d) => /iptables-(?:nft|legacy)-save|\((?:nf_tables|legacy)\)/.test(d.content));
  return dumps.map(({ name, content }) => ({
    name,
    content: address(content)
      .replace(/\bweb(\d)\b/g, "checkout-$1")
      .replace(/\beth0\b/g, "enp3s0")
      .replace(/iptables-save v1\.8\.7(?= on)/, twoBackends ? "$&" : "iptables-save v1.8.10 (nf_tables)"),
  }));
}

const length6 = (length: number): number =>
  length === 32 ? 128 : 16 + 16 * Math.floor(length / 8) + (length % 8 === 0 ? 0 : 8 + (length % 8));

/** Its own IPv4 subnet: dumps of IPv6 alone are not all that a node has. */
function besideIpv4(name: string, text: string): string {
  if (name.startsWith("ip-route")) return `${text}192.168.10.0/24 dev eth0 proto kernel scope link src 192.168.10.11\n`;
  if (!name.startsWith("ip-addr")) return text;
  return text
    .replace(/^( {4}inet6 .* scope \w+) \S+$/gm, "$1")
    .replace(/^1: lo:.*\n/m, (line) => `${line}    inet 127.0.0.1/8 scope host lo\n`)
    .replace(/^2: eth0:.*\n/m, (line) => `${line}    inet 192.168.10.11/24 brd 192.168.10.255 scope global eth0\n`);
}

/** The node told in IPv6: 10.244.1.20 becomes fd00:a:f4:1::14. */
export function inIpv6(dumps: readonly Dump[]): Dump[] {
  const six = (text: string): string =>
    text
      .replace(/\b0\.0\.0\.0:/g, "[::]:")
      .replace(/127\.0\.0\.0\/8|127\.0\.0\.1\/(?:8|32)/g, "::1/128")
      .replace(/\b127\.0\.0\.1\b/g, "::1")
      .replace(/(\d+\.\d+\.\d+\.\d+):(\d+)(?=\s|$|:)/gm, "[$1]:$2")
      .replace(ipv4, (_, a: string, b: string, c: string, d: string, length: string | undefined) => {
        const hex = (octet: string): string => Number(octet).toString(16);
        const address = parseIp(`fd00:${hex(a)}:${hex(b)}:${hex(c)}::${hex(d)}`) ?? "";
        return length === undefined ? address : `${address}/${length6(Number(length))}`;
      });
  const words = (text: string): string =>
    text
      .replace(/\bicmp-port-unreachable/g, "icmp6-port-unreachable")
      .replace(/\bicmp-host-prohibited/g, "icmp6-adm-prohibited")
      .replace(/\biptables-save\b/g, "ip6tables-save")
      .replace(/\bfamily inet\b/g, "family inet6")
      .replace(
        /\bKUBE-(?=(?:CLUSTER-IP|LOOP-BACK|EXTERNAL-IP|LOAD-BALANCER(?!-)|LOAD-BALANCER-(?:LOCAL|FW|MASQ|SOURCE)|NODE-PORT-|HEALTH-CHECK|IPVS-IPS)[^\n]*)/g,
        "KUBE-6-",
      )
      .replace(/\bKUBE-6-[A-Z-]{25,}/g, (name) => name.slice(0, 31))
      .replace(/^ {4}inet (.*) brd \S+/gm, "    inet $1")
      .replace(/^ {4}inet /gm, "    inet6 ")
      .replace(/ scope host src \S+$/gm, " metric 0 pref medium")
      .replace(/ scope link src \S+$/gm, " metric 256 pref medium")
      .replace(/net\.ipv4\.ip_forward = /g, "net.ipv6.conf.all.forwarding = ")
      .replace(/net\.bridge\.bridge-nf-call-iptables/g, "net.bridge.bridge-nf-call-ip6tables")
      .replace(/^net\.ipv4\.conf\..*\n/gm, "");
  return dumps.map(({ name, content }) => ({
    name: name.replace(/^iptables/, "ip6tables"),
    content: besideIpv4(name, six(words(content))),
  }));
}
